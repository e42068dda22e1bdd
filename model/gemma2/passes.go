package gemma2

import (
	"slices"

	"lapidary/autograd"
	"lapidary/kernels"
	"lapidary/tensor"
)

// passes is one call of Extend: what is left to feed, and which sequences have reached their end.
type passes struct {
	*Decoder
	seqs []int
	rest [][]int32
	done []int // indices of seqs in the order of their rows in last
}

// run feeds texts of few tokens, fewRows of them at a time, and then the prompts.
func (p *passes) run() error {
	var few []int
	rows := 0
	for i, ids := range p.rest {
		if len(ids) > fewRows {
			continue
		}
		if rows+len(ids) > fewRows {
			if err := p.feed(few, p.rest, false); err != nil {
				return err
			}
			few, rows = few[:0], 0
		}
		few, rows = append(few, i), rows+len(ids)
	}
	if err := p.feed(few, p.rest, false); err != nil {
		return err
	}
	for {
		which, ids := p.prompts()
		if len(which) == 0 {
			return nil
		}
		if err := p.feed(which, ids, true); err != nil {
			return err
		}
	}
}

// feed runs a pass over ids[i] of the sequences seqs[i], for each i of which.
func (p *passes) feed(which []int, ids [][]int32, prompt bool) error {
	if len(which) == 0 {
		return nil
	}
	var seqs []int
	var texts [][]int32
	for _, i := range which {
		seqs, texts = append(seqs, p.seqs[i]), append(texts, ids[i])
	}
	h, err := p.pass(seqs, texts)
	if err != nil {
		return err
	}
	end, first := 0, len(p.done)
	var rows []int32
	for k, i := range which {
		end += len(texts[k])
		p.append(seqs[k], texts[k], prompt)
		if p.rest[i] = p.rest[i][len(texts[k]):]; len(p.rest[i]) == 0 {
			p.done, rows = append(p.done, i), append(rows, int32(end-1))
		}
	}
	if p.last == nil || p.last.Dim(0) < len(p.seqs) || p.last.DType() != h.Data.DType() {
		p.last = tensor.New(h.Data.DType(), len(p.seqs), h.Cols())
	}
	kernels.Gather(p.tape.Pool(), p.last.RowRange(first, len(p.done)).Mat(), h.Data.Mat(), rows, 1)
	return nil
}

// prompts chooses the next pieces of prompts, about PrefillTokens at most. A prompt that begins as an earlier one does waits for
// that one, and is spared what they share. All pieces but a prompt's last end where a tile of attention ends, and leave
// more than fewRows tokens.
func (p *passes) prompts() (which []int, ids [][]int32) {
	ids = make([][]int32, len(p.rest))
	room := max(p.PrefillTokens, p.tile())
	for i := range p.rest {
		if len(p.rest[i]) == 0 {
			continue
		}
		p.rest[i] = p.rest[i][p.adopt(p.seqs[i], p.rest[i]):]
		if slices.ContainsFunc(which, func(j int) bool { return p.alike(i, j) }) {
			continue
		}
		n, have := len(p.rest[i]), p.cache.Len(p.seqs[i])
		if n > room {
			cut := p.whole(have+min(room, n-fewRows-1)) - have
			switch {
			case cut > 0:
				n = cut
			case len(which) > 0:
				continue // too short to be cut: in the next pass, and whole
			}
		}
		which, ids[i] = append(which, i), p.rest[i][:n]
		if room -= n; room <= 0 {
			break
		}
	}
	return which, ids
}

// alike reports whether prompt i would be spared something by what prompt j is about to compute.
func (p *passes) alike(i, j int) bool {
	a, b := &p.held[p.seqs[i]], &p.held[p.seqs[j]]
	have := len(a.ids)
	return a.prompt == have && b.prompt == len(b.ids) && slices.Equal(a.ids, b.ids) &&
		p.whole(have+min(common(p.rest[i], p.rest[j]), len(p.rest[i])-fewRows-1)) > have
}

// ends calls do with the last hidden states, fewRows at a time, and the texts that they end.
func (p *passes) ends(do func(h *autograd.Var, texts []int)) {
	p.tape.Reset()
	for at := 0; at < len(p.done); at += fewRows {
		end := min(at+fewRows, len(p.done))
		do(autograd.NewConst(p.last.RowRange(at, end)), p.done[at:end])
	}
}
