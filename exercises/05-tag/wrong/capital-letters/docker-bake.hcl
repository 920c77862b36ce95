variable "VERSION" {
  default = "1.4.2"
}

target "default" {
  args = { VERSION = VERSION }
  tags = ["Harbour/Logbook:${VERSION}", "Harbour/Logbook:1.4"]
}
