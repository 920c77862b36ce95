target "default" {
  tags = ["harbour/logbook:1.4.2", "harbour/logbook:1.4"]
}
