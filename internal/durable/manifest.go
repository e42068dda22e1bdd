package durable

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lapidary/internal/bound"
)

// ManifestName is the file that makes a directory self-verifying.
const ManifestName = "manifest.json"

const (
	manifestVersion = 1
	manifestLimit   = 1 << 20
)

// The ways a directory can fail to verify. All that are found are reported together.
var (
	ErrNoManifest  = errors.New("no manifest")
	ErrBadManifest = errors.New("damaged manifest")
	ErrMissing     = errors.New("file missing")
	ErrExtra       = errors.New("file not in the manifest")
	ErrSize        = errors.New("wrong size")
	ErrDigest      = errors.New("wrong SHA-256")
)

// Manifest lists the files of a directory written by this package.
type Manifest struct {
	Version int            `json:"version"`
	Files   []ManifestFile `json:"files"` // by name
}

// ManifestFile is one file of a Manifest.
type ManifestFile struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// encode is canonical: Verify compares bytes, so that any change of the manifest is seen.
func (m Manifest) encode() ([]byte, error) {
	b, err := json.MarshalIndent(m, "", "  ")
	return append(b, '\n'), err
}

// Verify reads every file of a directory and compares it with the manifest. The error joins all that is wrong;
// errors.Is finds each kind. Files whose name begins with a dot belong to others and are ignored.
func Verify(dir string) (Manifest, error) {
	m, err := readManifest(dir)
	if err != nil {
		return Manifest{}, fmt.Errorf("verify %s: %w", dir, err)
	}
	listed := map[string]bool{ManifestName: true}
	var errs []error
	for _, f := range m.Files {
		listed[f.Name] = true
		if err := verifyFile(dir, f); err != nil {
			errs = append(errs, err)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		errs = append(errs, err)
	}
	for _, e := range entries {
		if !listed[e.Name()] && !strings.HasPrefix(e.Name(), ".") {
			errs = append(errs, fmt.Errorf("%s: %w", bound.Escape(e.Name(), 80), ErrExtra))
		}
	}
	if len(errs) > 0 {
		return Manifest{}, fmt.Errorf("verify %s: %w", dir, errors.Join(errs...))
	}
	return m, nil
}

func readManifest(dir string) (Manifest, error) {
	raw, err := bound.ReadFileIn(dir, ManifestName, manifestLimit)
	if errors.Is(err, os.ErrNotExist) {
		return Manifest{}, ErrNoManifest
	}
	if err != nil {
		return Manifest{}, fmt.Errorf("%w: %w", ErrBadManifest, err)
	}
	var m Manifest
	if err := json.Unmarshal(raw, &m); err != nil {
		return Manifest{}, fmt.Errorf("%w: %s", ErrBadManifest, bound.Escape(err.Error(), 120))
	}
	if m.Version != manifestVersion {
		return Manifest{}, fmt.Errorf("%w: version %d, this program knows %d", ErrBadManifest, m.Version, manifestVersion)
	}
	if again, err := m.encode(); err != nil || !bytes.Equal(raw, again) {
		return Manifest{}, fmt.Errorf("%w: not in the form it was written in", ErrBadManifest)
	}
	if !slices.IsSortedFunc(m.Files, func(a, b ManifestFile) int { return strings.Compare(a.Name, b.Name) }) {
		return Manifest{}, fmt.Errorf("%w: not sorted", ErrBadManifest)
	}
	for i, f := range m.Files {
		if err := bound.Component(f.Name); err != nil {
			return Manifest{}, fmt.Errorf("%w: %w", ErrBadManifest, err)
		}
		if i > 0 && f.Name == m.Files[i-1].Name {
			return Manifest{}, fmt.Errorf("%w: %s is listed twice", ErrBadManifest, f.Name)
		}
	}
	return m, nil
}

func verifyFile(dir string, want ManifestFile) error {
	f, size, err := bound.OpenIn(dir, want.Name)
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%s: %w", want.Name, ErrMissing)
	}
	if err != nil {
		return err
	}
	defer f.Close()
	if size != want.Size {
		return fmt.Errorf("%s: %w: %d bytes, the manifest says %d", want.Name, ErrSize, size, want.Size)
	}
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return fmt.Errorf("%s: %w", filepath.Join(dir, want.Name), err)
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != want.SHA256 {
		return fmt.Errorf("%s: %w: %s, the manifest says %s", want.Name, ErrDigest, got, bound.Escape(want.SHA256, 64))
	}
	return nil
}
