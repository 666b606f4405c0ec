SELECT bytes FROM case_files FINAL WHERE sha256 = {sha256:String} ORDER BY part
