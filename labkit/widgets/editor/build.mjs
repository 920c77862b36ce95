// node build.mjs SOURCES OUT: the editor with all that it imports, as one module without an address in it.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const folder = import.meta.dirname;
const SOURCES = ["build.mjs", "editor.js", "package-lock.json", "package.json"];
const sources = createHash("sha256");
for (const name of SOURCES) sources.update(readFileSync(join(folder, name)));

// CodeMirror's and Lezer's licence asks for its text to go with every copy.
const modules = join(folder, "node_modules");
const licences = new Set();
const packages = readdirSync(modules).filter((name) => !name.startsWith(".") && !name.includes("esbuild"));
for (const name of packages.sort()) {
  const names = name.startsWith("@") ? readdirSync(join(modules, name)).sort().map((inner) => `${name}/${inner}`) : [name];
  for (const one of names) licences.add(readFileSync(join(modules, one, "LICENSE"), "utf8").trim());
}

await build({
  entryPoints: [join(folder, "editor.js")],
  outfile: process.argv[2],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  banner: { js: `/*! sources: ${sources.digest("hex")}\n\n${[...licences].join("\n\n----\n\n")}\n*/` },
});
