package durable

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Log is a file of JSON lines that grows, such as metrics.jsonl. A line is either wholly in it or not at all, as
// long as the process lives; what a killed process left half-written is cut off when the log is opened again.
//
// Lines become durable with Sync. A checkpoint syncs the log, then records its Len; a resumed run truncates the log
// to that length and so has every step once.
type Log struct {
	path  string
	f     logFile
	size  int64
	every int
	since int  // lines since the last fsync
	torn  bool // the file may be longer than size
	bad   bool // an fsync failed: this file must not be trusted again
}

// logFile is an open log; *os.File in life.
type logFile interface {
	io.WriterAt
	io.ReaderAt
	Sync() error
	Truncate(int64) error
	Close() error
}

// OpenLog opens or creates a log. It fsyncs by itself after every syncEvery lines; 0 leaves that to Sync.
func OpenLog(path string, syncEvery int) (*Log, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	l := &Log{path: path, f: f, every: syncEvery}
	if err := l.begin(f); err != nil {
		f.Close()
		return nil, fmt.Errorf("open log %s: %w", path, err)
	}
	return l, nil
}

// begin finds the end of the last whole line, cuts what follows it, and makes the file's name durable.
func (l *Log) begin(f *os.File) error {
	st, err := f.Stat()
	if err != nil {
		return err
	}
	if !st.Mode().IsRegular() {
		return errors.New("not a regular file")
	}
	end, err := lastLineEnd(f, st.Size())
	if err != nil {
		return err
	}
	l.size = end
	if end < st.Size() {
		if err := f.Truncate(end); err != nil {
			return err
		}
	}
	return syncDir(filepath.Dir(l.path))
}

// lastLineEnd returns the offset after the last newline before size.
func lastLineEnd(f io.ReaderAt, size int64) (int64, error) {
	buf := make([]byte, 1<<16)
	for size > 0 {
		n := min(size, int64(len(buf)))
		if _, err := f.ReadAt(buf[:n], size-n); err != nil && err != io.EOF {
			return 0, err
		}
		for i := n - 1; i >= 0; i-- {
			if buf[i] == '\n' {
				return size - n + i + 1, nil
			}
		}
		size -= n
	}
	return 0, nil
}

// Len is the length in bytes of the whole lines.
func (l *Log) Len() int64 { return l.size }

// Append adds v as one JSON line. After an error the line is not in the log and the next Append starts clean.
func (l *Log) Append(v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("append to %s: %w", l.path, err)
	}
	if err := l.repair(); err != nil {
		return fmt.Errorf("append to %s: %w", l.path, err)
	}
	line = append(line, '\n')
	l.torn = true
	if _, err := l.f.WriteAt(line, l.size); err != nil {
		return fmt.Errorf("append to %s: %w", l.path, err)
	}
	l.torn = false
	l.size += int64(len(line))
	l.since++
	if l.every > 0 && l.since >= l.every {
		return l.Sync()
	}
	return nil
}

// Sync makes all lines durable. After a failure the next call writes the log anew instead of trusting the file.
func (l *Log) Sync() error {
	if err := l.repair(); err != nil {
		return fmt.Errorf("sync %s: %w", l.path, err)
	}
	if l.since == 0 {
		return nil
	}
	if err := l.f.Sync(); err != nil {
		l.bad = true
		return fmt.Errorf("sync %s: %w", l.path, err)
	}
	l.since = 0
	return nil
}

// Truncate cuts the log to a length that Len returned before, durably. A length beyond the end is an error: lines
// that a checkpoint counted are missing.
func (l *Log) Truncate(n int64) error {
	if n < 0 || n > l.size {
		return fmt.Errorf("truncate %s: to %d bytes, it has %d", l.path, n, l.size)
	}
	if end, err := lastLineEnd(l.f, n); err != nil || end != n {
		return fmt.Errorf("truncate %s: %d is not the end of a line: %w", l.path, n, errors.Join(err, fs.ErrInvalid))
	}
	l.size, l.torn = n, true
	l.since++ // the cut itself has to reach the disk
	return l.Sync()
}

// repair brings the file back to its whole lines after a failed write, and replaces it after a failed fsync.
func (l *Log) repair() error {
	if l.bad {
		return l.replace()
	}
	if l.torn {
		if err := l.f.Truncate(l.size); err != nil {
			return err
		}
		l.torn = false
	}
	return nil
}

// replace writes the lines to a new file: those of the old one are still readable, but no fsync of it can be
// believed any more.
func (l *Log) replace() error {
	err := WriteFile(l.path, func(w io.Writer) error {
		_, err := io.Copy(w, io.NewSectionReader(l.f, 0, l.size))
		return err
	}, 0o644)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(l.path, os.O_RDWR, 0o644)
	if err != nil {
		return err
	}
	old := l.f
	l.f, l.bad, l.torn, l.since = f, false, false, 0
	return old.Close()
}

// Close makes all lines durable and closes the log.
func (l *Log) Close() error {
	return errors.Join(l.Sync(), l.f.Close())
}
