package main

import (
	"fmt"
	"sync"
	"testing"
	"time"
)

// With eight plugins live, a killed server's successor serves each of them
// again shortly, and exactly those.
func TestServesAgainAfterKill(t *testing.T) {
	const slugs = 8
	s := newSite(t)
	srv := s.start(t)
	c := srv.client(s.key)
	var lives []*life
	for i := range slugs {
		lives = append(lives, &life{name: fmt.Sprintf("live_%d", i), realtime: true})
	}
	var clients sync.WaitGroup
	for _, l := range lives {
		clients.Go(func() {
			for _, step := range []func(*client) error{l.publish, l.deploy, l.checkActive} {
				if err := step(c); err != nil {
					t.Errorf("plugin %s: %v", l.name, err)
					return
				}
			}
		})
	}
	clients.Wait()
	if t.Failed() {
		t.FailNow()
	}
	srv.kill("")
	one := <-srv.shot
	if len(one.children) < slugs {
		t.Fatalf("%d processes ran under the server, %d plugins were live", len(one.children), slugs)
	}

	// The next one starts at once, as a supervisor would start it.
	var gone time.Duration
	clients.Go(func() { gone = waitGone(t, one.children, one.at) })
	srv = s.start(t)
	c = srv.client(s.key)
	listening := time.Since(srv.begun)
	serving := make([]time.Duration, slugs)
	for i, l := range lives {
		clients.Go(func() {
			for {
				version, _, err := c.invoke(l.name)
				serving[i] = time.Since(srv.begun)
				if err == nil && version == l.active() {
					return
				}
				if refused, ok := err.(*refusal); !ok || refused.status != 503 || serving[i] > 30*time.Second {
					t.Errorf("plugin %s: version %q, %v", l.name, version, err)
					return
				}
				time.Sleep(2 * time.Millisecond)
			}
		})
	}
	clients.Wait()
	longest := max(serving[0], serving[1], serving[2], serving[3], serving[4], serving[5], serving[6], serving[7])
	t.Logf("listening %v after the start of the process, all %d plugins serving after %v; the killed server's %d processes gone after at most %v",
		listening, slugs, longest, len(one.children), gone)
	if longest > 10*time.Second {
		t.Errorf("serving again took %v", longest)
	}
	for _, l := range lives {
		l.recover(t, s, c)
	}
	s.checkRunFolder(t, slugs)
	srv.stop()
	s.checkRunFolder(t, 0)
}

// Of many clients that publish the same version at once, one does.
func TestOneOfManyPublishes(t *testing.T) {
	const clients = 16
	s := newSite(t)
	srv := s.start(t)
	c := srv.client(s.key)
	for _, version := range []string{"1.0.0", "1.0.1"} {
		l := &life{name: "contested"}
		releases := make([]*release, clients)
		outcome := make([]string, clients) // of confirm
		again := make([]string, clients)
		var ready, all sync.WaitGroup
		begin := make(chan struct{})
		ready.Add(clients)
		for i := range clients {
			all.Go(func() {
				upload, err := c.upload(l.name, version)
				if err == nil {
					releases[i] = newRelease(l, upload)
					_, err = c.put(upload.PresignedURL, releases[i].archive)
				}
				ready.Done()
				if err != nil {
					t.Errorf("client %d: %v", i, err)
					return
				}
				<-begin
				outcome[i] = releases[i].outcome(c)
				again[i] = releases[i].outcome(c)
			})
		}
		ready.Wait()
		close(begin)
		all.Wait()
		if t.Failed() {
			t.FailNow()
		}
		won, lost := -1, 0
		for i := range clients {
			if outcome[i] != again[i] {
				t.Errorf("client %d was told %s, and when it asked again %s", i, outcome[i], again[i])
			}
			switch outcome[i] {
			case "published":
				won = i
			case "409":
				lost++
			default:
				t.Errorf("client %d: %s", i, outcome[i])
			}
		}
		if won < 0 || lost != clients-1 {
			t.Fatalf("version %s: %v", version, outcome)
		}
		if err := releases[won].sameBytes(c); err != nil {
			t.Errorf("the winner's version: %v", err)
		}
		s.fsck(t, l.name)
	}
	items, _, err := c.versions("contested")
	if err != nil || len(items) != 2 {
		t.Errorf("the list has %d versions, %v", len(items), err)
	}
	if _, err := (&life{name: "contested"}).listed(t, s, c); err != nil {
		t.Error(err)
	}
	s.checkDatabase(t)
	srv.stop()
}

// outcome is what confirm says of a release, in a word.
func (r *release) outcome(c *client) string {
	verdict, err := c.confirm(r.upload.UploadID, r.message)
	if refused, ok := err.(*refusal); ok {
		return fmt.Sprint(refused.status)
	}
	switch {
	case err != nil:
		return err.Error()
	case !verdict.Success || *verdict.PluginID != r.id:
		return fmt.Sprintf("%+v", verdict)
	}
	return "published"
}
