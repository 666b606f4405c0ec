SELECT file, sum FROM schema_files FINAL
