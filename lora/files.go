package lora

import (
	"slices"
	"strconv"
	"strings"

	"lapidary/kernels"
	"lapidary/tensor"
)

// PEFT's files: adapter_config.json beside adapter_model.safetensors. Keys are a prefix, the module's path, and the
// weight's name; the adapter's own name ("default") is left out.
const (
	ConfigFile  = "adapter_config.json"
	WeightsFile = "adapter_model.safetensors"

	keyPrefix    = "base_model.model."
	magnitudeKey = ".lora_magnitude_vector"
	tokensKey    = ".token_adapter.trainable_tokens_delta"
	vocabKey     = "vocab_size" // metadata: rows of the embedding, where the vocabulary was grown
)

// key is what the keys of a module's tensors begin with.
func (s *site) key() string { return keyPrefix + s.slot.Path }

// baseKey is the key of a frozen embedding or head that is saved with the adapter.
func (s *site) baseKey() string {
	switch key := s.key(); {
	case s.r > 0:
		return key + ".base_layer.weight"
	case len(s.tokens) > 0:
		return key + ".token_adapter.base_layer.weight"
	default:
		return key + ".weight"
	}
}

// SaveOptions choose what PEFT leaves open.
type SaveOptions struct {
	// DType is the type of the trained weights: F32, which Invalid means too, or BF16 or F16 for half the size.
	DType tensor.DType
	// Embeddings says whether the frozen embedding and head are saved too.
	Embeddings SaveEmbeddings
}

// SaveEmbeddings says whether the frozen embedding and head are saved with an adapter.
type SaveEmbeddings uint8

const (
	// EmbeddingsAuto saves them where the adapter is of no use without: the vocabulary was grown and not every new row
	// is trained. An adapter that was read with them keeps them. (PEFT saves them whenever they are targeted, which
	// makes an adapter of the published models 2.4 GB larger.)
	EmbeddingsAuto SaveEmbeddings = iota
	EmbeddingsAlways
	EmbeddingsNever
)

// Tensors returns what adapter_model.safetensors holds, by name, and its metadata. Trained weights of type F32 share
// memory with the adapter.
func (a *Adapter) Tensors(o SaveOptions) (tensors map[string]*tensor.Tensor, metadata map[string]string) {
	tensors, metadata = map[string]*tensor.Tensor{}, map[string]string{"format": "pt"}
	for _, p := range a.Parameters() {
		tensors[p.Name] = rounded(p.Data(), o.DType)
	}
	for _, pl := range a.placed { // what the head shares is written there too, as PEFT expects it
		key := pl.site.key()
		switch p := pl.part.(type) {
		case *tiedHead:
			tensors[key+".lora_A.weight"] = rounded(transposed(p.embed.b.Data()), o.DType)
			tensors[key+".lora_B.weight"] = rounded(transposed(p.embed.a.Data()), o.DType)
		case *sharedPart:
			if w, ok := p.part.(*wholeModule); ok {
				tensors[key+".weight"] = rounded(w.param.Data(), o.DType)
			}
		}
	}
	for _, s := range []*site{a.plan.embed, a.plan.head} {
		if s != nil && a.savesBase(s, o.Embeddings) {
			x := a.frozen(s.slot.Path+".weight", s.weight().Data())
			if x.DType().IsQuantised() {
				x = widened(x)
			}
			tensors[s.baseKey()] = x
		}
	}
	if a.grownFrom > 0 {
		metadata[vocabKey] = strconv.Itoa(a.plan.embed.weight().Var.Rows())
	}
	return tensors, metadata
}

// savesBase reports whether the frozen weight of the embedding or head is saved.
func (a *Adapter) savesBase(s *site, mode SaveEmbeddings) bool {
	if s.whole || mode == EmbeddingsNever {
		return false
	}
	if mode == EmbeddingsAlways || a.savedBase[s.baseKey()] {
		return true
	}
	if a.grownFrom == 0 || a.plan.tied && s == a.plan.head { // a tied head's weight is the embedding's
		return false
	}
	trained := indexOf(s.tokens)
	for id := a.grownFrom; id < s.weight().Var.Rows(); id++ {
		if _, ok := trained[int32(id)]; !ok {
			return true
		}
	}
	return false
}

// rounded returns x in another float type; x itself for F32 and Invalid.
func rounded(x *tensor.Tensor, d tensor.DType) *tensor.Tensor {
	if d == tensor.Invalid || d == x.DType() {
		return x
	}
	y := tensor.New(d, x.Shape()...)
	to, from := y.Mat(), x.Mat()
	for r := range from.Rows {
		for c := range from.Cols {
			to.Set(r, c, from.At(r, c))
		}
	}
	return y
}

func (a *Adapter) checkFinite() error {
	e := &FileError{Path: "the adapter in memory"}
	for _, p := range a.Parameters() {
		if !finite(p.Data()) {
			e.NotFinite = append(e.NotFinite, p.Name)
		}
	}
	return e.orNil()
}

func finite(x *tensor.Tensor) bool {
	m := x.Mat()
	var buf []float32
	for r := range m.Rows {
		for _, v := range rowOf(m, r, &buf) {
			if v-v != 0 {
				return false
			}
		}
	}
	return true
}

// rowOf returns row r in float32: itself, or widened into buf.
func rowOf(m kernels.Mat, r int, buf *[]float32) []float32 {
	if m.Storage == kernels.F32 {
		return m.RowF32(r)
	}
	*buf = slices.Grow((*buf)[:0], m.Cols)[:m.Cols]
	return m.Floats(r, *buf)
}

// canonical gives a key its usual spelling: older and hand-made files have the adapter's name in it, or lack the
// prefix.
func canonical(key string) string {
	key = strings.TrimPrefix(key, keyPrefix)
	key = strings.Replace(key, ".modules_to_save.default.", ".", 1)
	key = strings.TrimSuffix(key, ".default")
	if s, ok := strings.CutSuffix(key, ".default.weight"); ok {
		key = s + ".weight"
	}
	if strings.HasSuffix(key, magnitudeKey+".weight") {
		key = strings.TrimSuffix(key, ".weight")
	}
	return keyPrefix + key
}

// sameValues compares two tensors as numbers.
func sameValues(a, b kernels.Mat) bool {
	if a.Rows != b.Rows || a.Cols != b.Cols {
		return false
	}
	var x, y []float32
	for r := range a.Rows {
		if !slices.Equal(rowOf(a, r, &x), rowOf(b, r, &y)) {
			return false
		}
	}
	return true
}
