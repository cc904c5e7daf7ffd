package gitstore

import (
	"bytes"
	"encoding/json"
	"fmt"

	"plugforge"
)

// The trailers that a version's scan adds, each a line of JSON, and only what
// there is to tell.
const (
	trailerScanFindings   = "Scan-Findings"
	trailerScanSuppressed = "Scan-Suppressed"
	trailerScanAdditions  = "Scan-Additions"
)

// maxScanTrailer bounds one of them, in bytes.
const maxScanTrailer = 512 << 10

// additions is the form of trailerScanAdditions.
type additions struct {
	Modules []string `json:"modules,omitempty"`
	Rules   []string `json:"rules,omitempty"`
}

// scanTrailers spells what the scan of a version left to tell.
func scanTrailers(rec plugforge.ScanRecord) (block []trailer, err error) {
	add := func(key string, value any, empty bool) {
		if empty || err != nil {
			return
		}
		var b bytes.Buffer
		encoder := json.NewEncoder(&b)
		encoder.SetEscapeHTML(false)
		if err = encoder.Encode(value); err == nil && b.Len() > maxScanTrailer {
			err = plugforge.Errorf(plugforge.CodeValidation, "the version's record of its scan is too long: %s has %d bytes, at most %d are kept", key, b.Len(), maxScanTrailer)
		}
		block = append(block, trailer{key, string(bytes.TrimSpace(b.Bytes()))})
	}
	add(trailerScanFindings, rec.Findings, len(rec.Findings) == 0)
	add(trailerScanSuppressed, rec.Suppressed, len(rec.Suppressed) == 0)
	add(trailerScanAdditions, additions{rec.Allowed, rec.Permitted}, len(rec.Allowed)+len(rec.Permitted) == 0)
	return block, err
}

// scanRecord reads them back.
func scanRecord(t map[string]string) (plugforge.ScanRecord, error) {
	rec := plugforge.ScanRecord{Policy: t[trailerPolicySHA256]}
	var added additions
	for key, into := range map[string]any{
		trailerScanFindings: &rec.Findings, trailerScanSuppressed: &rec.Suppressed, trailerScanAdditions: &added,
	} {
		if text, ok := t[key]; ok {
			if err := json.Unmarshal([]byte(text), into); err != nil {
				return rec, fmt.Errorf("%s: %w", key, err)
			}
		}
	}
	rec.Allowed, rec.Permitted = added.Modules, added.Rules
	return rec, nil
}
