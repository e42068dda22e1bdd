package data

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"lapidary/internal/bound"
)

// Files are the files of a data set by split.
type Files struct {
	Train []string
	Valid []string
	Test  []string
}

// splitName recognises the names of a directory's files: train.jsonl, valid-00000-of-00002.parquet, test_extra.json.
var splitName = regexp.MustCompile(`^(train|training|valid|validation|val|dev|eval|test)([-_.].*)?\.(jsonl|ndjson|json|parquet)$`)

// Discover resolves what --data names: one file, several, or a directory with train, valid and test files (at its
// top or in a folder "data", as Hugging Face lays them out). Files named directly are training files.
func Discover(paths []string) (Files, error) {
	var files Files
	var problems []error
	for _, p := range paths {
		info, err := os.Stat(p)
		switch {
		case err != nil:
			problems = append(problems, err)
		case info.IsDir():
			found, err := discoverDir(p)
			if err != nil {
				problems = append(problems, err)
			}
			files.Train = append(files.Train, found.Train...)
			files.Valid = append(files.Valid, found.Valid...)
			files.Test = append(files.Test, found.Test...)
		default:
			files.Train = append(files.Train, p)
		}
	}
	if len(paths) == 0 {
		problems = append(problems, errors.New("no data file given"))
	}
	return files, errors.Join(problems...)
}

func discoverDir(dir string) (Files, error) {
	var files Files
	for _, d := range []string{dir, filepath.Join(dir, "data")} {
		entries, err := os.ReadDir(d) // sorted by name
		if err != nil && d == dir {
			return Files{}, err
		}
		for _, e := range entries {
			m := splitName.FindStringSubmatch(e.Name())
			if m == nil || e.IsDir() {
				continue
			}
			path := filepath.Join(d, e.Name())
			switch m[1] {
			case "train", "training":
				files.Train = append(files.Train, path)
			case "test":
				files.Test = append(files.Test, path)
			default:
				files.Valid = append(files.Valid, path)
			}
		}
		if len(files.Train)+len(files.Valid)+len(files.Test) > 0 {
			return files, nil
		}
	}
	return Files{}, fmt.Errorf("%s: no train, valid or test file (such as train.jsonl or train-00000-of-00001.parquet)", dir)
}

// Evaluation are the files to evaluate on when a directory is given for that purpose.
func (f Files) Evaluation() []string {
	for _, list := range [][]string{f.Valid, f.Test, f.Train} {
		if len(list) > 0 {
			return list
		}
	}
	return nil
}

const parquetMagic = "PAR1"

// readFile reads all rows of one file, in order. What is wrong with single rows goes to bad.
func readFile(path string, bad *RowErrors) ([]record, error) {
	f, size, err := bound.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head := make([]byte, 512)
	n, _ := f.ReadAt(head, 0)
	head = head[:n]
	switch {
	case strings.HasPrefix(string(head), parquetMagic):
		return readParquet(f, size, path)
	case strings.EqualFold(filepath.Ext(path), ".parquet"):
		return nil, fmt.Errorf("%s: not a Parquet file: it does not begin with %s", path, parquetMagic)
	case slices.Contains([]string{"\x1f\x8b", "BZ", "PK", "\x28\xb5"}, string(head[:min(2, n)])):
		return nil, fmt.Errorf("%s: a compressed file; unpack it first", path)
	case strings.HasPrefix(strings.TrimLeft(strings.TrimPrefix(string(head), string(utf8BOM)), " \t\r\n"), "["):
		return readArray(f, path)
	}
	return readLines(f, path, bad)
}
