package data

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"lapidary/tokenizer/literal"
)

// ReadRows reads the rows of files in order. Each file's format is found from its first good row, unless one is
// given. All bad rows are reported at once, as RowErrors; the rows beside them are returned too.
func ReadRows(ctx context.Context, files []string, format Format) ([]Row, error) {
	if err := format.Validate(); err != nil {
		return nil, err
	}
	bad := &RowErrors{}
	var out []Row
	for _, file := range files {
		records, err := readFile(file, bad)
		if err != nil {
			return nil, err
		}
		rows, err := decodeRecords(ctx, records, format, bad)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, bad.asError()
}

// Record is a row of a file before it is given a meaning.
type Record struct {
	Source Source
	Value  *literal.Dict
}

// ReadRecords reads the objects of a file in order. All bad rows are reported at once, as RowErrors.
func ReadRecords(ctx context.Context, file string) ([]Record, error) {
	bad := &RowErrors{}
	records, err := readFile(file, bad)
	if err != nil {
		return nil, err
	}
	values, errs := make([]*literal.Dict, len(records)), make([]error, len(records))
	if err := parallel(ctx, len(records), func(i int) { values[i], errs[i] = records[i].parse() }); err != nil {
		return nil, err
	}
	var out []Record
	for i := range records {
		if errs[i] != nil {
			bad.add(rowError(records[i].source, errs[i]))
			continue
		}
		out = append(out, Record{Source: records[i].source, Value: values[i]})
	}
	return out, bad.asError()
}

// decodeRecords parses and decodes the rows of one file on all threads; the order stays.
func decodeRecords(ctx context.Context, records []record, format Format, bad *RowErrors) ([]Row, error) {
	objects := make([]*literal.Dict, len(records))
	errs := make([]error, len(records))
	if err := parallel(ctx, len(records), func(i int) { objects[i], errs[i] = records[i].parse() }); err != nil {
		return nil, err
	}
	if format == FormatAuto || format == "" {
		format = firstFormat(objects)
	}
	rows := make([]Row, len(records))
	err := parallel(ctx, len(records), func(i int) {
		if errs[i] != nil {
			return
		}
		own := format
		if own == "" { // no row of the file is known: each says why
			_, errs[i] = detect(objects[i])
			return
		}
		rows[i], errs[i] = decodeRow(records[i].source, own, objects[i])
	})
	if err != nil {
		return nil, err
	}
	out := rows[:0]
	for i := range rows {
		if errs[i] != nil {
			bad.add(rowError(records[i].source, errs[i]))
			continue
		}
		out = append(out, rows[i])
	}
	return out, nil
}

func firstFormat(objects []*literal.Dict) Format {
	for _, o := range objects {
		if o == nil {
			continue
		}
		if f, err := detect(o); err == nil {
			return f
		}
	}
	return ""
}

// parallel runs f for 0..n-1 on all threads. A panic in f is thrown again in the caller's goroutine.
func parallel(ctx context.Context, n int, f func(i int)) error {
	var next atomic.Int64
	var group sync.WaitGroup
	var once sync.Once
	var thrown any
	for range min(runtime.GOMAXPROCS(0), n) {
		group.Add(1)
		go func() {
			defer group.Done()
			defer func() {
				if p := recover(); p != nil {
					once.Do(func() { thrown = p })
				}
			}()
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				f(i)
			}
		}()
	}
	group.Wait()
	if thrown != nil {
		panic(thrown)
	}
	return ctx.Err()
}
