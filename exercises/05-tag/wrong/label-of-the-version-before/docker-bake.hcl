variable "VERSION" {
  default = "1.4.2"
}

target "default" {
  args = { VERSION = VERSION }
  tags = ["harbour/logbook:${VERSION}", "harbour/logbook:1.4"]
}
