"""Reports: one format a file, each a pure function of `grader.model.Report`."""
