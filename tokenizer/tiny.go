package tokenizer

import (
	"bytes"
	"context"
	_ "embed"
	"strings"
)

// Convert reads the bytes of a tokenizer.model into a tokenizer that follows Hugging Face rules, as transformers
// converts it.
func Convert(model []byte) (*Tokenizer, error) {
	sp, err := readModel(model)
	if err != nil {
		return nil, withPath("tokenizer.model", err)
	}
	var b bytes.Buffer
	if err := sp.WriteJSON(&b); err != nil {
		return nil, err
	}
	t, err := Parse(b.Bytes())
	if err != nil {
		return nil, err
	}
	t.modelTokens = sp.modelTokens
	t.applyDefaults()
	return t, nil
}

//go:embed tiny.txt
var tinyText string

// TinyVocabSize is the smallest vocabulary of Tiny that holds its alphabet, and a good size for tests.
const TinyVocabSize = 512

// Tiny trains the tokenizer of a tiny checkpoint from a text that belongs to this package: byte fallback makes it
// able to write anything. It returns the tokenizer and the bytes of its tokenizer.model.
func Tiny(vocabSize int) (*Tokenizer, []byte, error) {
	c := DefaultTrainConfig()
	c.VocabSize, c.MinCharCount = vocabSize, 1
	model, err := Train(context.Background(), strings.Split(tinyText, "\n"), c)
	if err != nil {
		return nil, nil, err
	}
	t, err := Convert(model)
	return t, model, err
}
