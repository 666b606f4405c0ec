INSERT INTO schema_files (file, sum) SELECT {file:String}, {sum:String}
