package durable

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Stream is a file that grows by records. A record is either wholly in it or not at all, as long as the process
// lives; what a killed process left beyond the length that its last checkpoint recorded is cut off by OpenStream.
//
// Records become durable with Sync. A checkpoint syncs the stream, then records its Len; a resumed run opens it at
// that length and so has every step once.
type Stream struct {
	path  string
	f     streamFile
	size  int64
	since int  // changes since the last fsync
	torn  bool // the file may be longer than size
	bad   bool // an fsync failed: this file must not be trusted again
}

// streamFile is an open stream; *os.File in life.
type streamFile interface {
	io.WriterAt
	io.ReaderAt
	Sync() error
	Truncate(int64) error
	Close() error
}

// OpenStream opens a stream and cuts it to a length that Len returned before; 0 begins anew, creating the file where
// there is none. A file that is shorter or gone is an error: records that a checkpoint counted are missing. It is left
// as it is, and nothing takes its place.
func OpenStream(path string, length int64) (*Stream, error) {
	create := os.O_CREATE
	if length > 0 {
		create = 0
	}
	s, size, err := openStream(path, create)
	if err != nil {
		return nil, err
	}
	s.size = size
	if err := s.Truncate(length); err != nil {
		s.f.Close()
		return nil, err
	}
	return s, nil
}

// openStream opens the file, creating it where create is os.O_CREATE, and makes its name durable. The caller sets the
// size.
func openStream(path string, create int) (*Stream, int64, error) {
	if st, err := os.Stat(path); err == nil && !st.Mode().IsRegular() { // opening a pipe would wait
		return nil, 0, fmt.Errorf("open %s: not a regular file", path)
	}
	f, err := os.OpenFile(path, os.O_RDWR|create, 0o644)
	if err != nil {
		return nil, 0, err
	}
	st, err := f.Stat()
	if err == nil {
		err = syncDir(filepath.Dir(path))
	}
	if err != nil {
		f.Close()
		return nil, 0, fmt.Errorf("open %s: %w", path, err)
	}
	return &Stream{path: path, f: f}, st.Size(), nil
}

// Len is the length in bytes of the whole records.
func (s *Stream) Len() int64 { return s.size }

// Append adds a record. After an error the record is not in the stream and the next Append starts clean.
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
	s.since++
	return nil
}

// Sync makes all records durable. After a failure the next call writes the stream anew instead of trusting the file.
func (s *Stream) Sync() error {
	if err := s.repair(); err != nil {
		return fmt.Errorf("sync %s: %w", s.path, err)
	}
	if s.since == 0 {
		return nil
	}
	if err := s.f.Sync(); err != nil {
		s.bad = true
		return fmt.Errorf("sync %s: %w", s.path, err)
	}
	s.since = 0
	return nil
}

// Truncate cuts the stream to a length that Len returned before, durably. A length beyond the end is an error.
func (s *Stream) Truncate(n int64) error {
	if n < 0 || n > s.size {
		return fmt.Errorf("truncate %s: to %d bytes, it has %d", s.path, n, s.size)
	}
	s.size, s.torn = n, true
	s.since++ // the cut itself has to reach the disk
	return s.Sync()
}

// repair brings the file back to its whole records after a failed write, and replaces it after a failed fsync.
func (s *Stream) repair() error {
	if s.bad {
		return s.replace()
	}
	if s.torn {
		if err := s.f.Truncate(s.size); err != nil {
			return err
		}
		s.torn = false
	}
	return nil
}

// replace writes the records to a new file: those of the old one are still readable, but no fsync of it can be
// believed any more.
func (s *Stream) replace() error {
	err := WriteFile(s.path, func(w io.Writer) error {
		_, err := io.Copy(w, io.NewSectionReader(s.f, 0, s.size))
		return err
	}, 0o644)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(s.path, os.O_RDWR, 0o644)
	if err != nil {
		return err
	}
	old := s.f
	s.f, s.bad, s.torn, s.since = f, false, false, 0
	return old.Close()
}

// Close makes all records durable and closes the stream.
func (s *Stream) Close() error {
	return errors.Join(s.Sync(), s.f.Close())
}
