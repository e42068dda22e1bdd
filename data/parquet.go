package data

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/format"

	"lapidary/tokenizer/literal"
)

// readParquet reads the rows of a Parquet file in the form that a JSON line has. Fields keep their order. A field that
// is null is left out: columnar files must name every field of a struct in every row, and null is how they say
// that a row does not have it.
func readParquet(f io.ReaderAt, size int64, path string) (rows []record, err error) {
	defer func() {
		if p := recover(); p != nil { // the decoder panics on some damaged files
			rows, err = nil, fmt.Errorf("%s: damaged Parquet file: %v", path, clean(fmt.Sprint(p)))
		}
	}()
	if err := checkFooter(f, size); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	file, err := parquet.OpenFile(f, size, parquet.SkipBloomFilters(true), parquet.SkipPageIndex(true),
		parquet.FileReadMode(parquet.ReadModeSync))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if err := checkPages(f, size, file.Metadata()); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	assemble, err := newAssembler(file.Schema())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for _, group := range file.RowGroups() {
		if rows, err = readGroup(group, assemble, path, rows); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

func readGroup(group parquet.RowGroup, a *assembler, path string, out []record) ([]record, error) {
	reader := group.Rows()
	defer reader.Close()
	buffer := make([]parquet.Row, 64)
	for {
		n, err := reader.ReadRows(buffer)
		for _, row := range buffer[:n] {
			source := Source{File: path, Line: len(out) + 1}
			o, err := a.row(row)
			if err != nil {
				return nil, rowError(source, err)
			}
			out = append(out, record{source: source, object: o})
		}
		if err == io.EOF || err == nil && n == 0 {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: row %d: %w", path, len(out)+1, err)
		}
	}
}

// assembler rebuilds nested rows from flat columns: the record assembly of the Dremel paper (Melnik et al. 2010).
type assembler struct {
	root    field
	columns [][]parquet.Value // of the row at hand, by column
}

// field is a node of the schema, with the columns [first, first+leaves) below it.
type field struct {
	name     string
	node     parquet.Node
	children []field
	leaves   int
}

const maxSchemaDepth = 32

func newAssembler(schema *parquet.Schema) (*assembler, error) {
	root, err := newField("", schema, 0)
	if err != nil {
		return nil, err
	}
	return &assembler{root: root, columns: make([][]parquet.Value, root.leaves)}, nil
}

func newField(name string, node parquet.Node, depth int) (field, error) {
	f := field{name: name, node: node}
	if depth > maxSchemaDepth {
		return f, fmt.Errorf("the schema is nested deeper than %d", maxSchemaDepth)
	}
	if node.Leaf() {
		f.leaves = 1
		return f, nil
	}
	for _, child := range node.Fields() {
		c, err := newField(child.Name(), child, depth+1)
		if err != nil {
			return f, err
		}
		f.children = append(f.children, c)
		f.leaves += c.leaves
	}
	return f, nil
}

var errColumns = errors.New("a column has fewer values than its row")

func (a *assembler) row(row parquet.Row) (*literal.Dict, error) {
	for i := range a.columns {
		a.columns[i] = a.columns[i][:0]
	}
	for _, v := range row {
		c := v.Column()
		if c < 0 || c >= len(a.columns) {
			return nil, errColumns
		}
		a.columns[c] = append(a.columns[c], v)
	}
	v, err := a.group(a.root, a.columns, 0, 0)
	if err != nil {
		return nil, err
	}
	return v.(*literal.Dict), nil
}

// value reads one field; cols holds its columns' values within the parent, def and rep the parent's levels.
func (a *assembler) value(f field, cols [][]parquet.Value, def, rep int) (any, error) {
	if len(cols) == 0 {
		return nil, nil // a group without columns
	}
	if len(cols[0]) == 0 {
		return nil, errColumns
	}
	switch {
	case f.node.Optional():
		if cols[0][0].DefinitionLevel() <= def {
			return nil, nil
		}
		return a.required(f, cols, def+1, rep)
	case f.node.Repeated():
		return a.repeated(f, cols, def, rep)
	}
	return a.required(f, cols, def, rep)
}

func (a *assembler) required(f field, cols [][]parquet.Value, def, rep int) (any, error) {
	switch {
	case f.node.Leaf():
		return leafValue(f, cols[0][0])
	case isListNode(f):
		return a.list(f.children[0], cols, def, rep)
	case isMapNode(f):
		return a.mapping(f.children[0], cols, def, rep)
	}
	return a.group(f, cols, def, rep)
}

func (a *assembler) group(f field, cols [][]parquet.Value, def, rep int) (any, error) {
	o := &literal.Dict{}
	for _, c := range f.children {
		v, err := a.value(c, cols[:c.leaves], def, rep)
		if err != nil {
			return nil, under(c.name, err)
		}
		if v != nil {
			o.Set(c.name, v)
		}
		cols = cols[c.leaves:]
	}
	return o, nil
}

// repeated reads all elements of a repeated field. An element begins where the repetition level is not deeper than
// the field's own.
func (a *assembler) repeated(f field, cols [][]parquet.Value, def, rep int) (any, error) {
	list := []any{}
	if cols[0][0].DefinitionLevel() <= def {
		return list, nil
	}
	rest := append([][]parquet.Value(nil), cols...)
	element := make([][]parquet.Value, len(cols))
	for len(rest[0]) > 0 {
		for i, column := range rest {
			if len(column) == 0 {
				return nil, errColumns
			}
			end := 1
			for end < len(column) && column[end].RepetitionLevel() > rep+1 {
				end++
			}
			element[i], rest[i] = column[:end], column[end:]
		}
		v, err := a.required(f, element, def+1, rep+1)
		if err != nil {
			return nil, at(len(list), err)
		}
		list = append(list, v)
	}
	return list, nil
}

// list reads the group of a LIST: a repeated group with one field inside, or the older form, a repeated value.
func (a *assembler) list(repeated field, cols [][]parquet.Value, def, rep int) (any, error) {
	v, err := a.repeated(repeated, cols, def, rep)
	if err != nil || repeated.node.Leaf() || len(repeated.children) != 1 {
		return v, err
	}
	inner := repeated.children[0].name
	list := v.([]any)
	for i, e := range list {
		list[i] = get(e.(*literal.Dict), inner)
	}
	return list, nil
}

func (a *assembler) mapping(repeated field, cols [][]parquet.Value, def, rep int) (any, error) {
	v, err := a.repeated(repeated, cols, def, rep)
	if err != nil {
		return nil, err
	}
	o := &literal.Dict{}
	for _, e := range v.([]any) {
		pair := e.(*literal.Dict)
		key, ok := get(pair, repeated.children[0].name).(string)
		if !ok {
			return nil, errors.New("a map key is not a string")
		}
		o.Set(key, get(pair, repeated.children[1].name))
	}
	return o, nil
}

func isListNode(f field) bool {
	return hasType[*format.ListType](f, deprecated.List) && len(f.children) == 1 && f.children[0].node.Repeated()
}

func isMapNode(f field) bool {
	return (hasType[*format.MapType](f, deprecated.Map) || hasType[*format.MapType](f, deprecated.MapKeyValue)) &&
		len(f.children) == 1 && f.children[0].node.Repeated() && len(f.children[0].children) == 2
}

// hasType looks at the logical type and, in files of older writers, at the converted type.
func hasType[T format.LogicalTypeValue](f field, converted deprecated.ConvertedType) bool {
	t := f.node.Type()
	if logical := t.LogicalType(); logical != nil {
		_, ok := logical.Value.(T)
		return ok
	}
	return t.ConvertedType() != nil && *t.ConvertedType() == converted
}

func leafValue(f field, v parquet.Value) (any, error) {
	if v.IsNull() {
		return nil, nil
	}
	switch v.Kind() {
	case parquet.Boolean:
		return v.Boolean(), nil
	case parquet.Int32:
		return literal.Number(strconv.FormatInt(int64(v.Int32()), 10)), nil
	case parquet.Int64:
		return literal.Number(strconv.FormatInt(v.Int64(), 10)), nil
	case parquet.Float:
		return floatNumber(float64(v.Float()), 32)
	case parquet.Double:
		return floatNumber(v.Double(), 64)
	case parquet.ByteArray:
		if !utf8.Valid(v.ByteArray()) {
			return nil, errUTF8
		}
		return string(v.ByteArray()), nil
	}
	return nil, fmt.Errorf("column type %s is not supported", f.node.Type())
}

// floatNumber spells a float so that it stays one: 5 becomes 5.0.
func floatNumber(x float64, bits int) (any, error) {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil, fmt.Errorf("%v is not a JSON number", x)
	}
	s := strconv.FormatFloat(x, 'g', -1, bits)
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	return literal.Number(s), nil
}
