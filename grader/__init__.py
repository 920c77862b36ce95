"""The headless grader: parses, builds, observes and judges Dockerfiles; imports no Jupyter and no labkit."""
