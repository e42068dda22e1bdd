package data

import "crypto/sha256"

// repeats finds rows that stand twice, and questions of the evaluation data that the training data answers.
func (a *Auditor) repeats(all []checked) {
	type key [32]byte
	first, asked := map[key]Source{}, map[key]Source{}
	for i := range all {
		c := &all[i]
		if c.row == nil {
			continue
		}
		content := key(sha256.Sum256([]byte(c.row.content())))
		if before, ok := first[content]; ok && c.train {
			c.add(DefectDuplicate, "", "the same as %s", before)
		} else if !ok {
			first[content] = c.record.source
		}
		question := c.row.question()
		if question == "" {
			continue
		}
		q := key(sha256.Sum256([]byte(question)))
		if before, ok := asked[q]; ok && !c.train {
			c.add(DefectOverlap, "", "asks what %s in the training data asks", before)
		} else if c.train && !ok {
			asked[q] = c.record.source
		}
	}
}

// styles finds files in which some calls are JSON and some Python literals.
func (a *Auditor) styles(rows []checked) {
	var count [2]int
	for _, c := range rows {
		for _, python := range c.python {
			if python {
				count[1]++
			} else {
				count[0]++
			}
		}
	}
	if count[0] == 0 || count[1] == 0 {
		return
	}
	rare := count[1] < count[0]
	for i := range rows {
		for _, python := range rows[i].python {
			if python == rare {
				rows[i].add(DefectMixed, "", "a call as %s; the file has %d as JSON and %d as Python literals",
					map[bool]string{true: "a Python literal", false: "JSON"}[python], count[0], count[1])
				return
			}
		}
	}
}
