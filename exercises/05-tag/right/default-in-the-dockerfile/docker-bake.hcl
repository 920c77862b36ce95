target "common" {
  context = "."
}

target "default" {
  inherits = ["common"]
  tags = ["harbour/logbook:1.4", "harbour/logbook:1.4.2", "registry.example.org:5000/logbook:1.4.2"]
}
