package sqlite

import "context"

// LimitLog sets the size from which the log is copied into the file.
func (s *Store) LimitLog(bytes int64) {
	_ = s.writer.write(context.Background(), func(*tx) error { s.writer.limit = bytes; return nil })
}
