package finetune

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lapidary/autograd"
	"lapidary/autograd/nn"
	"lapidary/lora"
	"lapidary/model/gemma2"
	"lapidary/tensor"
	"lapidary/tensor/safetensors"
	"lapidary/tokenizer"
	"lapidary/train"
)

// trained is the model as the training loop sees it: the loss of the whole, the parameters that move.
type trained struct {
	*gemma2.Model
	params []*nn.Parameter
}

func (t trained) Parameters() []*nn.Parameter { return t.params }

func (t trained) Loss(tape *autograd.Tape, b nn.Batch, scale float32) (*autograd.Var, float64) {
	return t.Model.Loss(tape, b, scale)
}

func (j *Job) trained() trained {
	if j.Adapter != nil {
		return trained{j.Model, j.Adapter.Parameters()}
	}
	return trained{j.Model, j.Model.Parameters()}
}

func (j *Job) store() train.Store {
	if j.Adapter != nil {
		return adapterStore{j.Adapter, j.Tokenizer, adapterDTypes[j.Options.Adapter.DType]}
	}
	return modelStore{j.Model, j.Tokenizer}
}

// adapterStore saves an adapter with the tokenizer it needs.
type adapterStore struct {
	adapter   *lora.Adapter
	tokenizer *tokenizer.Tokenizer
	result    tensor.DType // that the run's result is stored in
}

// adapterDTypes are the types an adapter may be stored in. Checkpoints are float32: the next step needs all of the bits.
var adapterDTypes = map[string]tensor.DType{"": tensor.F32, "f32": tensor.F32, "bf16": tensor.BF16, "f16": tensor.F16}

// Save implements train.Store.
func (s adapterStore) Save(files train.Files) error { return s.save(files, tensor.F32) }

// Publish implements train.Publisher.
func (s adapterStore) Publish(files train.Files) error { return s.save(files, s.result) }

func (s adapterStore) save(files train.Files, d tensor.DType) error {
	if err := s.adapter.Save(files, lora.SaveOptions{DType: d}); err != nil {
		return err
	}
	return saveTokenizer(s.tokenizer, files)
}

// Restore implements train.Store.
func (s adapterStore) Restore(dir string) error {
	path := filepath.Join(dir, lora.WeightsFile)
	f, err := safetensors.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return s.adapter.Restore(f, path)
}

// modelStore saves every weight, as float32: the next step needs all of their bits.
type modelStore struct {
	model     *gemma2.Model
	tokenizer *tokenizer.Tokenizer
}

// Save implements train.Store.
func (s modelStore) Save(files train.Files) error {
	if err := s.model.Save(files, gemma2.SaveOptions{DType: tensor.F32}); err != nil {
		return err
	}
	return saveTokenizer(s.tokenizer, files)
}

// Restore implements train.Store.
func (s modelStore) Restore(dir string) error { return s.model.Restore(dir) }

func saveTokenizer(t *tokenizer.Tokenizer, files train.Files) error {
	if t == nil {
		return nil
	}
	return t.SaveTo(files)
}

// fingerprints identify what the run depends on besides its own settings and data.
func (j *Job) fingerprints() (map[string]string, error) {
	model, err := checkpointFingerprint(j.Options.Model)
	if err != nil {
		return nil, err
	}
	f := map[string]string{"model": model, "template": j.template, "precision": j.Precision()}
	f["logit_bytes"] = fmt.Sprint(j.Model.LogitBytes) // an adapter on the head drops inputs chunk by chunk
	if j.Tokenizer != nil {
		f["tokenizer"] = j.Tokenizer.Fingerprint()
	}
	if q := j.Options.Machine.Quant.base(); q.Any() {
		f["quantisation"] = q.String()
	}
	if j.Adapter != nil {
		config, err := j.Adapter.Config.Bytes()
		if err != nil {
			return nil, err
		}
		f["adapter"] = hexDigest(config)
	}
	return f, nil
}

// checkpointFingerprint covers the configuration and the headers of the weights with their files' sizes: reading
// gigabytes to hash them would take longer than a step. Weights that were replaced by others of the same shapes and
// the same time stamp are not noticed.
func checkpointFingerprint(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	var lines []string
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".safetensors") && e.Name() != "config.json" {
			continue
		}
		info, err := os.Stat(filepath.Join(dir, e.Name()))
		if err != nil {
			return "", err
		}
		lines = append(lines, fmt.Sprintf("%s %d %d", e.Name(), info.Size(), info.ModTime().UnixNano()))
	}
	slices.Sort(lines)
	return hexDigest([]byte(strings.Join(lines, "\n"))), nil
}

func hexDigest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
