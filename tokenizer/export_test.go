package tokenizer

// NeverCut turns off cutting and with it the cache, so that tests can compare.
func (t *Tokenizer) NeverCut() { t.cuts = &cutter{never: true} }

// ByteValue reads a byte piece.
func ByteValue(piece string) (byte, bool) { return byteValue(piece) }
