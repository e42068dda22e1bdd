package bound

import (
	"errors"
	"fmt"
	"io"
)

// Step is the most that is allocated ahead of bytes that have arrived.
const Step = 1 << 20

// ErrLimit marks input that is longer than the reader is willing to take.
var ErrLimit = errors.New("input exceeds the limit")

// ReadN reads exactly n bytes. More than limit is refused unread; less than n is io.ErrUnexpectedEOF. Memory grows
// with the bytes that arrive, so a false n cannot claim it.
func ReadN(r io.Reader, n uint64, limit int) ([]byte, error) {
	if limit < 0 || n > uint64(limit) {
		return nil, fmt.Errorf("%w: %d bytes, limit %d", ErrLimit, n, limit)
	}
	want := int(n)
	buf := make([]byte, 0, min(want, Step))
	for len(buf) < want {
		buf = grow(buf, want)
		k := min(want-len(buf), cap(buf)-len(buf))
		got, err := io.ReadFull(r, buf[len(buf):len(buf)+k])
		buf = buf[:len(buf)+got]
		if err != nil {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
	}
	return buf, nil
}

// ReadAll reads to the end of r. Input of more than limit bytes is ErrLimit.
func ReadAll(r io.Reader, limit int) ([]byte, error) {
	if limit < 0 {
		return nil, fmt.Errorf("%w: limit %d", ErrLimit, limit)
	}
	buf := make([]byte, 0, min(limit, 4096)+1)
	for {
		if len(buf) > limit {
			return nil, fmt.Errorf("%w: limit %d bytes", ErrLimit, limit)
		}
		if len(buf) == cap(buf) {
			buf = grow(buf, limit+1)
		}
		got, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+got]
		if err == io.EOF && len(buf) <= limit {
			return buf, nil
		}
		if err != nil && err != io.EOF {
			return nil, err
		}
	}
}

// grow makes room for at least one more byte: twice the capacity, one step at most, and never beyond most.
func grow(buf []byte, most int) []byte {
	if len(buf) < cap(buf) {
		return buf
	}
	more := min(max(cap(buf), 512), Step)
	if cap(buf) >= 16*Step { // a mebibyte at a time would copy a large file many times over
		more = cap(buf) / 4
	}
	next := make([]byte, len(buf), min(cap(buf)+more, max(most, cap(buf)+1)))
	copy(next, buf)
	return next
}
