package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"plugforge"
)

// invokeOptions are the flags of invoke.
type invokeOptions struct {
	settings
	data string
}

// mostData is how large a call's body may be, in bytes: what the server takes.
const mostData = 16 << 20

func newInvoke() *cobra.Command {
	var o invokeOptions
	cmd := &cobra.Command{
		Use:   "invoke SLUG[@VERSION] --data JSON",
		Short: "Call what is live",
		Long: `Call the live version of a plugin, or a version that is up, and print its answer:
on a terminal laid out, elsewhere as it came.

--data is the request, {"inputs": {…}, "parameters": {…}}, either of which may be
left out: written out, or @FILE, or - for standard input.`,
		Example: "  plugforge invoke text_embed --data '{\"inputs\": {\"text\": \"hello\"}}'\n  plugforge invoke text_embed@1.0.0 --data @request.json",
		Args:    arguments(1, 1, "a plugin's name, or NAME@VERSION"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !cmd.Flags().Changed("data") {
				return usageError{errors.New("invoke needs --data: JSON, @FILE, or - for standard input")}
			}
			return invoke(cmd.Context(), newOutput(cmd, false), &o, args[0], cmd.InOrStdin())
		},
	}
	cmd.Flags().StringVar(&o.data, "data", "", "the request: JSON, @FILE, or - for standard input")
	return authorCommand(cmd, &o.settings)
}

func invoke(ctx context.Context, out *output, o *invokeOptions, target string, stdin io.Reader) error {
	name, version, err := parseTarget(target)
	if err != nil {
		return err
	}
	body, err := readData(o.data, stdin)
	if err != nil {
		return err
	}
	client, err := o.connect(".")
	if err != nil {
		return err
	}
	name, version = resolve(ctx, client, name, version)
	answer, _, err := client.Call(ctx, name, version, body)
	if err != nil {
		return err
	}
	if isTerminal(out.out) {
		var pretty bytes.Buffer
		if json.Indent(&pretty, answer, "", "  ") == nil {
			answer = []byte(printableLines(pretty.String()))
		}
	}
	_, err = fmt.Fprintf(out.out, "%s\n", bytes.TrimRight(answer, "\n"))
	return err
}

// readData reads and checks what --data names.
func readData(data string, stdin io.Reader) ([]byte, error) {
	where, body := "--data", []byte(data)
	var err error
	switch {
	case data == "-":
		where = "standard input"
		body, err = io.ReadAll(io.LimitReader(stdin, mostData+1))
	case strings.HasPrefix(data, "@"):
		where = plugforge.Printable(data[1:])
		body, err = readLimited(data[1:])
	}
	if err != nil {
		return nil, err
	}
	if len(body) > mostData {
		return nil, usageError{fmt.Errorf("%s holds more than %d MiB, which is what a call may have", where, mostData>>20)}
	}
	var given map[string]json.RawMessage
	if err := json.Unmarshal(body, &given); err != nil || given == nil {
		return nil, usageError{fmt.Errorf("%s is no JSON object: %s; what is expected is {\"inputs\": …}", where, notObject(err))}
	}
	if given["inputs"] == nil && given["parameters"] == nil && len(given) > 0 {
		return nil, usageError{fmt.Errorf("%s has neither inputs nor parameters: wrap it as {\"inputs\": …}", where)}
	}
	return body, nil
}

// notObject says what is there where an object should be.
func notObject(err error) string {
	var other *json.UnmarshalTypeError
	var broken *json.SyntaxError
	switch {
	case err == nil:
		return "it is null"
	case errors.As(err, &other):
		if other.Value == "array" {
			return "it is an array"
		}
		return "it is a " + other.Value
	case errors.As(err, &broken) && broken.Offset > 0:
		return fmt.Sprintf("it stops being JSON at byte %d", broken.Offset)
	}
	return "it is no JSON"
}

func readLimited(name string) ([]byte, error) {
	f, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		return nil, usageError{fmt.Errorf("there is no file %s", plugforge.Printable(name))}
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, mostData+1))
}
