package durable

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Stream is a binary file that grows, such as TensorBoard's events: a Log whose records are the caller's. It can be
// lost without loss to a run, so a failed fsync ends its use instead of having it written anew.
type Stream struct {
	path string
	f    logFile
	size int64
	torn bool // the file may be longer than size
	bad  error
}

// OpenStream opens or creates a stream and cuts it to n bytes, a length that Len returned before. A file shorter than
// that is an error.
func OpenStream(path string, n int64) (*Stream, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open stream: %w", err)
	}
	s := &Stream{path: path, f: f, size: n, torn: true}
	if err := s.begin(f); err != nil {
		f.Close()
		return nil, fmt.Errorf("open stream %s: %w", path, err)
	}
	return s, nil
}

func (s *Stream) begin(f *os.File) error {
	st, err := f.Stat()
	if err != nil {
		return err
	}
	if !st.Mode().IsRegular() {
		return errors.New("not a regular file")
	}
	if s.size < 0 || s.size > st.Size() {
		return fmt.Errorf("it has %d bytes, not %d", st.Size(), s.size)
	}
	if err := s.repair(); err != nil {
		return err
	}
	return syncDir(filepath.Dir(s.path))
}

// repair cuts what a failed write may have left behind.
func (s *Stream) repair() error {
	if s.bad != nil {
		return s.bad
	}
	if !s.torn {
		return nil
	}
	if err := s.f.Truncate(s.size); err != nil {
		return err
	}
	s.torn = false
	return nil
}

// Len is the length in bytes of the whole records.
func (s *Stream) Len() int64 { return s.size }

// Append adds one record. After an error the record is not in the stream.
func (s *Stream) Append(record []byte) error {
	if err := s.repair(); err != nil {
		return fmt.Errorf("append to %s: %w", s.path, err)
	}
	s.torn = true
	if _, err := s.f.WriteAt(record, s.size); err != nil {
		return fmt.Errorf("append to %s: %w", s.path, err)
	}
	s.torn = false
	s.size += int64(len(record))
	return nil
}

// Sync makes all records durable.
func (s *Stream) Sync() error {
	if err := s.repair(); err != nil {
		return fmt.Errorf("sync %s: %w", s.path, err)
	}
	if err := s.f.Sync(); err != nil {
		s.bad = err
		return fmt.Errorf("sync %s: %w", s.path, err)
	}
	return nil
}

// Close makes all records durable and closes the stream.
func (s *Stream) Close() error { return errors.Join(s.Sync(), s.f.Close()) }
