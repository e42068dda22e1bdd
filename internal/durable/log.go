package durable

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// Log is a Stream of JSON lines, such as metrics.jsonl. Its lengths can be told from its content: what a killed
// process left half-written is cut off when the log is opened again.
type Log struct {
	s     *Stream
	every int
}

// OpenLog opens or creates a log. It fsyncs by itself after every syncEvery lines; 0 leaves that to Sync.
func OpenLog(path string, syncEvery int) (*Log, error) {
	s, size, err := openStream(path, os.O_CREATE)
	if err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	end, err := lastLineEnd(s.f, size)
	if err == nil {
		s.size, s.torn = end, end < size
		err = s.repair()
	}
	if err != nil {
		s.f.Close()
		return nil, fmt.Errorf("open log %s: %w", path, err)
	}
	return &Log{s, syncEvery}, nil
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
func (l *Log) Len() int64 { return l.s.size }

// Append adds v as one JSON line. After an error of writing, the line is not in the log and the next Append starts
// clean; after an error of the fsync that follows, it is, and the next Sync writes the log anew.
func (l *Log) Append(v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("append to %s: %w", l.s.path, err)
	}
	if err := l.s.Append(append(line, '\n')); err != nil {
		return err
	}
	if l.every > 0 && l.s.since >= l.every {
		return l.s.Sync()
	}
	return nil
}

// Sync makes all lines durable. After a failure the next call writes the log anew instead of trusting the file.
func (l *Log) Sync() error { return l.s.Sync() }

// Truncate cuts the log to a length that Len returned before, durably. A length beyond the end, or inside a line, is
// an error: lines that a checkpoint counted are missing.
func (l *Log) Truncate(n int64) error {
	if n >= 0 && n <= l.s.size {
		if end, err := lastLineEnd(l.s.f, n); err != nil || end != n {
			return fmt.Errorf("truncate %s: %d is not the end of a line: %w", l.s.path, n, errors.Join(err, fs.ErrInvalid))
		}
	}
	return l.s.Truncate(n)
}

// Close makes all lines durable and closes the log.
func (l *Log) Close() error { return l.s.Close() }
