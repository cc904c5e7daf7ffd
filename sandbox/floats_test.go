package sandbox

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"math/rand/v2"
	"os/exec"
	"testing"
)

// edgeFloats are where the two ways of writing meet, and the ends of the range.
func edgeFloats() []float64 {
	edges := []float64{
		0, math.Copysign(0, -1), 1, -1, 0.1, 0.5, 1e-4, 9.999e-5, 1e-5, 1e15, 1e16, 9999999999999998, 1e17, 123456789012345680,
		1e21, 1e22, 1e23, 5e-324, 2.2250738585072014e-308, 2.225073858507201e-308, math.MaxFloat64, -math.MaxFloat64,
		math.MaxFloat32, math.SmallestNonzeroFloat32, 1 << 53, 1<<53 + 2, 4503599627370496.5, 1.7976931348623157e308,
		math.Pi, 1e100, 1.5e-7, 100, 1e2, 123456.789, 0.30000000000000004, 2.0 / 3,
	}
	for e := -330; e <= 308; e++ {
		edges = append(edges, math.Pow(10, float64(e)), math.Nextafter(math.Pow(10, float64(e)), 0), math.Nextafter(math.Pow(10, float64(e)), math.MaxFloat64))
	}
	for e := -1074; e < 1024; e++ {
		edges = append(edges, math.Ldexp(1, e), math.Nextafter(math.Ldexp(1, e), 0))
	}
	return edges
}

// randomFloats mixes random bits with values as embeddings have them.
func randomFloats(r *rand.Rand, n int) []float64 {
	fs := make([]float64, 0, n)
	for len(fs) < n {
		var f float64
		switch r.IntN(4) {
		case 0:
			f = math.Float64frombits(r.Uint64())
		case 1:
			f = r.NormFloat64()
		case 2:
			f = float64(r.Int64N(1e17)) / math.Pow(10, float64(r.IntN(18)))
		default:
			f = float64(math.Float32frombits(r.Uint32()))
		}
		if !math.IsNaN(f) && !math.IsInf(f, 0) {
			fs = append(fs, f)
		}
	}
	return fs
}

// pythonJSON is what json.dumps makes of the array that typecode and data are.
func pythonJSON(t *testing.T, typecode string, data []byte) []byte {
	t.Helper()
	cmd := exec.Command("/usr/bin/python3", "-I", "-c", `import array, json, sys
a = array.array(sys.argv[1]); a.frombytes(sys.stdin.buffer.read())
sys.stdout.write(json.dumps(a.tolist(), separators=(",", ":")))`, typecode)
	cmd.Stdin = bytes.NewReader(data)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("run python: %v", err)
	}
	return out
}

func compareFloats(t *testing.T, fs []float64) {
	t.Helper()
	var doubles, listed, singles []byte
	for _, f := range fs {
		doubles = binary.LittleEndian.AppendUint64(doubles, math.Float64bits(f))
		listed = binary.LittleEndian.AppendUint64(append(listed, 'g'), math.Float64bits(f))
		if s := float32(f); !math.IsInf(float64(s), 0) {
			singles = binary.LittleEndian.AppendUint32(singles, math.Float32bits(s))
		}
	}
	want := pythonJSON(t, "d", doubles)
	for _, one := range []struct {
		name string
		kind frameType
		data []byte
		want []byte
	}{
		{"array of float64", frameFloat64, doubles, want},
		{"list", frameList64, listed, want},
		{"array of float32", frameFloat32, singles, pythonJSON(t, "f", singles)},
	} {
		got, err := assemble(cut(one.kind, one.data), math.MaxInt)
		if err != nil {
			t.Fatalf("%s: %v", one.name, err)
		}
		if !bytes.Equal(got, one.want) {
			at := 0
			for at < min(len(got), len(one.want)) && got[at] == one.want[at] {
				at++
			}
			t.Errorf("%s: differ at byte %d:\n got %.60s\nwant %.60s", one.name, at, got[max(0, at-30):], one.want[max(0, at-30):])
		}
	}
}

// cut makes parts of an array as a replica does.
func cut(kind frameType, data []byte) []part {
	const most = frameMax / 72 * 72
	var parts []part
	for len(data) > most {
		parts, data = append(parts, part{kind: kind, data: data[:most]}), data[most:]
	}
	return append(parts, part{kind: kind, data: data})
}

func TestFloatsAsPythonWritesThem(t *testing.T) {
	t.Parallel()
	compareFloats(t, edgeFloats())
	compareFloats(t, randomFloats(rand.New(rand.NewPCG(1, 2)), 200_000))
}

func TestAssembleRefuses(t *testing.T) {
	t.Parallel()
	float := func(f float64) []byte { return binary.LittleEndian.AppendUint64(nil, math.Float64bits(f)) }
	for _, one := range []struct {
		name  string
		parts []part
		limit int
		want  error
	}{
		{"NaN", []part{{kind: frameFloat64, data: float(math.NaN())}}, 100, errNotFinite},
		{"infinity", []part{{kind: frameFloat64, data: append(float(1), float(math.Inf(-1))...)}}, 100, errNotFinite},
		{"float32 infinity", []part{{kind: frameFloat32, data: []byte{0, 0, 0x80, 0x7f}}}, 100, errNotFinite},
		{"list without its letters", []part{{kind: frameList64, data: make([]byte, 9)}}, 100, errFrame},
		{"digits over the cap", []part{{kind: frameFloat64, data: float(0.30000000000000004)}}, 10, errTooLarge},
	} {
		if _, err := assemble(one.parts, one.limit); !errors.Is(err, one.want) {
			t.Errorf("%s: got %v, want %v", one.name, err, one.want)
		}
	}
}
