variable "VERSION" { default = "1.4.2" }
variable "NAME" { default = "docker.io/harbour/logbook" }
function "tags" {
  params = [version]
  result = [
    "${NAME}:${version}",
    "${NAME}:${join(".", slice(split(".", version), 0, 2))}",
    "${NAME}:latest",
  ]
}
group "default" { targets = ["logbook"] }
target "logbook" {
  dockerfile = "Dockerfile"
  args = { VERSION = VERSION }
  tags = tags(VERSION)
}
