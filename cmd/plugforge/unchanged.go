package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"

	"plugforge"
)

// unchanged is the newest version if it was made of the very archive at hand;
// nil if it was not, or if a number was asked for.
func (p *pusher) unchanged(ctx context.Context) (*plugforge.PluginID, error) {
	if p.named != nil {
		return nil, nil
	}
	name, err := plugforge.ParseName(p.checked.manifest.Name)
	if err != nil {
		return nil, err
	}
	history, err := p.client.Versions(ctx, name, 1)
	switch plugforge.CodeOf(err) {
	case plugforge.CodeNotFound, plugforge.CodeForbidden: // a key may have the right to publish and not to read
		return nil, nil
	}
	if err != nil || len(history.Versions) == 0 {
		return nil, err
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, io.NewSectionReader(p.checked.archive, 0, p.checked.size)); err != nil {
		return nil, err
	}
	if newest := history.Versions[0]; newest.CodeHash == hex.EncodeToString(hash.Sum(nil)) {
		return &newest.ID, nil
	}
	return nil, nil
}

// keep ends a push that has nothing to publish.
func (p *pusher) keep(ctx context.Context, o *pushOptions, id plugforge.PluginID) error {
	st, err := p.client.Status(ctx, id)
	if err != nil {
		return err
	}
	text, name, version := id.String(), string(id.Name), id.Version.String()
	result := pushed{Published: true, Unchanged: true, PluginID: &text, Name: &name, Version: &version, FeatureURI: &st.FeatureURI,
		Message: name + " " + version + " holds just this: nothing was uploaded", Findings: []jsonFinding{}}
	if !p.out.json {
		p.out.note("%s.", result.Message)
		if err := p.out.printf("%s %s\n", id, id.Version); err != nil {
			return err
		}
	}
	return p.deploy(ctx, o, id, result)
}
