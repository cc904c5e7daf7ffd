package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/pelletier/go-toml/v2"
	"github.com/spf13/cobra"

	"plugforge"
	apiclient "plugforge/client"
)

// configName is the file that settings are looked for in, upwards from the
// plugin's folder.
const configName = "plugforge.toml"

// settings say which server an author's command talks to, and as whom. Each
// comes from a flag, else from the environment (PLUGFORGE_… before MIXPEEK_…),
// else from plugforge.toml, else it is the default. There is no flag for the
// key: everyone on the machine could read it in the list of processes.
type settings struct {
	apiURL    string
	namespace string
	apiKey    string

	file string // the plugforge.toml that was read; empty for none
}

// configFile is what plugforge.toml may hold.
type configFile struct {
	APIURL    string `toml:"api_url"`
	Namespace string `toml:"namespace"`
	APIKey    string `toml:"api_key"`
}

// authorCommand gives a command the flags of settings. Its other flags have no
// environment variables, so that one set for the server never changes what is
// pushed or called.
func authorCommand(cmd *cobra.Command, s *settings) *cobra.Command {
	cmd.PersistentPreRunE = func(*cobra.Command, []string) error { return nil }
	f := cmd.Flags()
	f.StringVar(&s.namespace, "namespace", "", "the namespace (ns_…; default: PLUGFORGE_NAMESPACE, else plugforge.toml)")
	f.StringVar(&s.apiURL, "api-url", "", "the server (default: PLUGFORGE_API_URL, else plugforge.toml, else "+apiclient.DefaultURL+")")
	return cmd
}

// connect completes the settings, looking for plugforge.toml from dir upwards,
// and makes the client. Nothing is sent yet.
func (s *settings) connect(dir string) (*apiclient.Client, error) {
	if err := s.complete(dir); err != nil {
		return nil, err
	}
	if s.namespace == "" {
		return nil, usageError{errors.New("no namespace is set: give --namespace, set PLUGFORGE_NAMESPACE, or write namespace = \"ns_…\" into " + configName)}
	}
	namespace, err := plugforge.ParseNamespace(s.namespace)
	if err != nil {
		return nil, err
	}
	if s.apiKey == "" {
		return nil, plugforge.Errorf(plugforge.CodeUnauthorized, "no API key is set: set PLUGFORGE_API_KEY to one that plugforge keys create made")
	}
	return apiclient.New(apiclient.Config{URL: s.apiURL, Key: s.apiKey, Namespace: namespace})
}

// complete fills in what no flag gave.
func (s *settings) complete(dir string) error {
	file, name, err := findConfig(dir)
	if err != nil {
		return err
	}
	s.file = name
	for _, one := range []struct {
		value *string
		name  string
		file  string
	}{{&s.apiURL, "API_URL", file.APIURL}, {&s.namespace, "NAMESPACE", file.Namespace}, {&s.apiKey, "API_KEY", file.APIKey}} {
		for _, given := range []string{os.Getenv("PLUGFORGE_" + one.name), os.Getenv("MIXPEEK_" + one.name), one.file} {
			if *one.value == "" {
				*one.value = given
			}
		}
	}
	return nil
}

// findConfig reads the nearest plugforge.toml in dir or above it.
func findConfig(dir string) (c configFile, name string, err error) {
	at, err := filepath.Abs(dir)
	if err != nil {
		return c, "", err
	}
	for {
		name = filepath.Join(at, configName)
		text, err := os.ReadFile(name)
		if err == nil {
			return c, name, c.read(name, text)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return c, "", fmt.Errorf("read settings: %w", err)
		}
		if at == filepath.Dir(at) {
			return c, "", nil
		}
		at = filepath.Dir(at)
	}
}

func (c *configFile) read(name string, text []byte) error {
	dec := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields()
	if err := dec.Decode(c); err != nil {
		return usageError{fmt.Errorf("%s: %s", plugforge.Printable(name), describeTOML(err))}
	}
	if c.APIKey == "" {
		return nil
	}
	info, err := os.Stat(name)
	if err == nil && info.Mode().Perm()&0o077 != 0 {
		return usageError{fmt.Errorf("%s holds an API key and others may read it: take api_key out and set PLUGFORGE_API_KEY, or chmod 600 the file and keep it out of git", plugforge.Printable(name))}
	}
	return err
}

// describeTOML says where the file is wrong.
func describeTOML(err error) string {
	var unknown *toml.StrictMissingError
	if errors.As(err, &unknown) && len(unknown.Errors) > 0 {
		line, _ := unknown.Errors[0].Position()
		return fmt.Sprintf("line %d: there is no setting of that name: use api_url, namespace or api_key", line)
	}
	var wrong *toml.DecodeError
	if errors.As(err, &wrong) {
		line, _ := wrong.Position()
		return fmt.Sprintf("line %d: %s", line, plugforge.Printable(wrong.Error()))
	}
	return plugforge.Printable(err.Error())
}
