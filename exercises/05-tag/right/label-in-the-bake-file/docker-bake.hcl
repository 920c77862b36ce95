variable "VERSION" {
  default = "1.4.2"
}

target "default" {
  labels = { "org.opencontainers.image.version" = VERSION }
  tags = ["harbour/logbook:${VERSION}", "harbour/logbook:1.4"]
}
