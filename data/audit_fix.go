package data

import (
	"context"
	"errors"
	"strings"

	"lapidary/tokenizer/literal"
)

// fixes are what Fix does about a defect: only what cannot make a row wrong.
var fixes = map[Defect]string{
	DefectMisspelt:  "spell the tag right",
	DefectSplit:     "write the tag as one",
	DefectDuplicate: "leave the row out",
	DefectEmpty:     "leave the row out",
	DefectMasked:    "leave the row out",
	DefectDoubleBOS: "remove the <bos> of the text",
}

// Fixed is a file after its safe repairs.
type Fixed struct {
	Rows     []*literal.Dict
	Repaired int // rows that were changed
	Dropped  int // rows that were left out
	Kept     int // rows that are bad and cannot be repaired; they stay as they are
	// Unreadable are rows that are no JSON object. They are left out: nothing could train on them.
	Unreadable int
}

// Fix reads one file and repairs what is safe, given what the audit found.
func (a *Auditor) Fix(ctx context.Context, file string, findings []Finding) (*Fixed, error) {
	out := &Fixed{}
	records, err := ReadRecords(ctx, file)
	var unreadable *RowErrors
	switch {
	case errors.As(err, &unreadable):
		out.Unreadable = len(unreadable.Rows) + unreadable.More
	case err != nil:
		return nil, err
	}
	byLine := map[int][]Finding{}
	for _, f := range findings {
		if f.Source.File == file {
			byLine[f.Source.Line] = append(byLine[f.Source.Line], f)
		}
	}
	for _, r := range records {
		drop, repair, leave := false, false, false
		for _, f := range byLine[r.Source.Line] {
			switch f.Defect {
			case DefectDuplicate, DefectMasked:
				drop = true
			case DefectEmpty:
				drop = drop || f.Field == "" || f.Field == "messages"
				leave = leave || !drop
			case DefectMisspelt, DefectSplit, DefectDoubleBOS:
				repair = true
			default:
				leave = true
			}
		}
		switch {
		case drop:
			out.Dropped++
			continue
		case repair:
			out.Repaired++
			repairRow(r.Value)
		}
		if leave {
			out.Kept++
		}
		out.Rows = append(out.Rows, r.Value)
	}
	return out, nil
}

// repairRow corrects the texts of a row in place.
func repairRow(d *literal.Dict) {
	for i, m := range d.Members {
		switch m.Key {
		case "tools", "tool_calls", "function_call", "ground_truth":
			continue
		case "text", "prompt":
			if s, ok := m.Value.(string); ok {
				for strings.HasPrefix(s, "<bos>") {
					s = s[len("<bos>"):]
				}
				m.Value = s
			}
		}
		d.Members[i].Value = repairValue(m.Value)
	}
}

func repairValue(v any) any {
	switch v := v.(type) {
	case string:
		return repairTags(v)
	case *literal.Dict:
		repairRow(v)
	case []any:
		for i := range v {
			v[i] = repairValue(v[i])
		}
	}
	return v
}

func repairTags(s string) string {
	return tagLike.ReplaceAllStringFunc(s, func(found string) string {
		if d, right := judgeTag(found); d != "" {
			return right
		}
		return found
	})
}
