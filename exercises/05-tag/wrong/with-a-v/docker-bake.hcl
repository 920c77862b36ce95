variable "VERSION" {
  default = "1.4.2"
}

target "default" {
  args = { VERSION = VERSION }
  tags = ["harbour/logbook:v${VERSION}", "harbour/logbook:v1.4"]
}
