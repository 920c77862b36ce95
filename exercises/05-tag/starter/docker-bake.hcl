# docker buildx bake builds this target.
target "default" {
  tags = ["harbour/logbook"]
}
