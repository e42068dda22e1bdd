package chat

import "lapidary/tokenizer"

// Encode returns the ids of a rendered conversation and, for each, the bytes it stands for.
func (r *Rendered) Encode(tok *tokenizer.Tokenizer) ([]int32, []tokenizer.Offset) {
	return tok.EncodeOffsets(r.Text)
}

// EncodeGuarded does the same for conversations of strangers: what users and tools say is encoded apart, and control
// tokens in it are ordinary text. Ids differ from Encode where content holds such tokens, and may at its borders.
func (r *Rendered) EncodeGuarded(tok *tokenizer.Tokenizer) ([]int32, []tokenizer.Offset) {
	var ids []int32
	var offsets []tokenizer.Offset
	for from := 0; from < len(r.Spans); {
		guarded := r.Spans[from].Kind == KindContent
		to := from + 1
		for to < len(r.Spans) && (r.Spans[to].Kind == KindContent) == guarded {
			to++
		}
		base := r.Spans[from].Start
		encode := tok.EncodeOffsets
		if guarded {
			encode = tok.EncodePlain
		}
		part, offs := encode(r.Text[base:r.Spans[to-1].End])
		ids = append(ids, part...)
		for _, o := range offs {
			offsets = append(offsets, tokenizer.Offset{Start: o.Start + base, End: o.End + base})
		}
		from = to
	}
	return ids, offsets
}
