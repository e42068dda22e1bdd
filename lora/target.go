package lora

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"lapidary/internal/bound"
)

// Which modules a configuration means: PEFT's check_target_module_exists and get_pattern_key
// (peft/tuners/tuners_utils.py, peft/utils/other.py). Paths are those of the Hugging Face model.

// compile reads a regular expression in the syntax that Python and Go share; what only Python has, such as
// look-ahead, is an error. Matching takes time linear in the path.
func compile(expr string) (*regexp.Regexp, error) {
	if len(expr) > maxRegex {
		return nil, fmt.Errorf("a regular expression of %d bytes is longer than %d", len(expr), maxRegex)
	}
	re, err := regexp.Compile(expr)
	if err != nil {
		return nil, fmt.Errorf("%s is not a regular expression that can be used here: %v", quote(expr), shortRegexError(err))
	}
	return re, nil
}

func shortRegexError(err error) string { return bound.Escape(err.Error(), 120) }

// quote makes text from outside fit for a message.
func quote(s string) string { return `"` + bound.Escape(s, 80) + `"` }

// matcher answers questions about module paths; its expressions are compiled once.
type matcher struct {
	target, exclude moduleMatcher
	saved           []*regexp.Regexp
	layers          map[int]bool // nil for all
	layerOf         []*regexp.Regexp
	ranks, alphas   []*regexp.Regexp
	cfg             *Config
}

// newMatcher needs a configuration that Validate accepts; an expression can still be too large with what is put
// around it.
func newMatcher(c *Config) (*matcher, error) {
	var k compiler
	m := &matcher{cfg: c, target: k.modules(c.TargetModules), exclude: k.modules(c.ExcludeModules)}
	for _, s := range c.ModulesToSave {
		m.saved = append(m.saved, k.wrap(`^(?:|.*\.)`, s, `(?:$|\.)`))
	}
	if len(c.LayersToTransform) > 0 {
		m.layers = map[int]bool{}
		for _, l := range c.LayersToTransform {
			m.layers[l] = true
		}
	}
	if len(c.LayersPattern) == 0 {
		m.layerOf = append(m.layerOf, k.wrap(`^.*?\.`, `[^.]*`, `\.(?P<idx>\d+)\.`))
	}
	for _, p := range c.LayersPattern {
		m.layerOf = append(m.layerOf, k.wrap(`^(?:|.*?\.)`, p, `\.(?P<idx>\d+)\.`))
	}
	for _, r := range c.RankPattern {
		m.ranks = append(m.ranks, k.wrap(`^(?:.*\.)?`, r.Pattern, `$`))
	}
	for _, a := range c.AlphaPattern {
		m.alphas = append(m.alphas, k.wrap(`^(?:.*\.)?`, a.Pattern, `$`))
	}
	if k.err != nil {
		return nil, fmt.Errorf("lora: %w", k.err)
	}
	return m, nil
}

// compiler remembers the first expression that does not compile.
type compiler struct{ err error }

func (k *compiler) wrap(before, expr, after string) *regexp.Regexp {
	re, err := regexp.Compile(before + "(?:" + expr + ")" + after)
	if err != nil && k.err == nil {
		k.err = fmt.Errorf("%s: %s", quote(expr), shortRegexError(err))
	}
	return re
}

// moduleMatcher is Modules, ready to be asked.
type moduleMatcher struct {
	names map[string]bool
	regex *regexp.Regexp
	all   bool
}

func (k *compiler) modules(m Modules) moduleMatcher {
	mm := moduleMatcher{all: m.allLinear()}
	if m.Regex != "" && !mm.all {
		mm.regex = k.wrap(`^`, m.Regex, `$`)
	}
	if len(m.List) > 0 {
		mm.names = make(map[string]bool, len(m.List))
		for _, name := range m.List {
			mm.names[name] = true
		}
	}
	return mm
}

// hasEnding reports that the path, or what follows one of its dots, is a listed name.
func (m moduleMatcher) hasEnding(path string) bool {
	for {
		if m.names[path] {
			return true
		}
		_, rest, found := strings.Cut(path, ".")
		if !found {
			return false
		}
		path = rest
	}
}

// savedWhole reports that the module, or one that holds it, is trained whole.
func (m *matcher) savedWhole(path string) bool {
	for _, re := range m.saved {
		if re.MatchString(path) {
			return true
		}
	}
	return false
}

// targeted reports that the module gets a low-rank adapter.
func (m *matcher) targeted(path string, isLinear, isHead bool) bool {
	if m.excluded(path) || m.savedWhole(path) {
		return false
	}
	switch {
	case m.target.all:
		return isLinear && !isHead && m.inLayers(path)
	case m.target.regex != nil:
		return m.target.regex.MatchString(path)
	case m.target.names[path]: // a whole path is meant, whatever the layer
		return true
	}
	return m.target.hasEnding(path) && m.inLayers(path)
}

func (m *matcher) excluded(path string) bool {
	if m.exclude.regex != nil {
		return m.exclude.regex.MatchString(path)
	}
	return m.exclude.hasEnding(path)
}

// inLayers reports that the path is in a layer to transform.
func (m *matcher) inLayers(path string) bool {
	if m.layers == nil {
		return true
	}
	n, ok := m.layer(path)
	return ok && m.layers[n]
}

// layer returns the first number in the path.
func (m *matcher) layer(path string) (n int, ok bool) {
	for _, re := range m.layerOf {
		if sub := re.FindStringSubmatch(path); sub != nil {
			n, err := strconv.Atoi(sub[re.SubexpIndex("idx")])
			return n, err == nil
		}
	}
	return 0, false
}

// rank returns the rank and alpha of a targeted module.
func (m *matcher) rank(path string) (r int, alpha float64) {
	r, alpha = m.cfg.R, m.cfg.LoraAlpha
	for i, re := range m.ranks {
		if re.MatchString(path) {
			r = m.cfg.RankPattern[i].R
			break
		}
	}
	for i, re := range m.alphas {
		if re.MatchString(path) {
			alpha = m.cfg.AlphaPattern[i].Alpha
			break
		}
	}
	return r, alpha
}
