variable "VERSION" {
  default = "1.3.0"
}

target "default" {
  args = { VERSION = VERSION }
  tags = ["harbour/logbook:${VERSION}", "harbour/logbook:1.4"]
}
