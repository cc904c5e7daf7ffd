package sandbox

import (
	"context"
	"testing"
	"time"

	"plugforge"
)

// The handlers of the benchmarks, by name.
func benchHandlers() map[string]string {
	return map[string]string{
		"tiny":      `return {"ok": True}`,
		"floats384": `return {"embedding": VECTOR}`,
		"suspends":  "await asyncio.sleep(0)\nreturn {'ok': True}",
	}
}

func benchSpec(body string) plugforge.ReplicaSpec {
	return specOf("realtime.py", "import asyncio, random\nVECTOR = [random.random() for _ in range(384)]\n"+
		"class InferenceService:\n    async def __call__(self, inputs, parameters):\n"+indent(body, "        "))
}

// BenchmarkCall measures one replica with 16 callers at once.
func BenchmarkCall(b *testing.B) {
	for name, body := range benchHandlers() {
		b.Run(name, func(b *testing.B) {
			h := openHost(b, nil)
			r := start(b, h, benchSpec(body))
			body := []byte(`{"inputs":{"text":"hello"},"parameters":{}}`)
			b.SetParallelism(8) // of 2 cores: 16 callers
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if _, err := r.Call(context.Background(), plugforge.Call{Body: body}); err != nil {
						b.Error(err)
						return
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
		})
	}
}

// BenchmarkCallAlone measures one caller.
func BenchmarkCallAlone(b *testing.B) {
	h := openHost(b, nil)
	r := start(b, h, benchSpec(benchHandlers()["tiny"]))
	for b.Loop() {
		if _, err := r.Call(b.Context(), plugforge.Call{Body: []byte(`{}`)}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkStart measures a cold start to the first answer, and the stop.
func BenchmarkStart(b *testing.B) {
	h := openHost(b, nil)
	var starting, stopping time.Duration
	for b.Loop() {
		begun := time.Now()
		r := start(b, h, benchSpec(benchHandlers()["tiny"]))
		call(b, r, `{}`)
		starting += time.Since(begun)
		begun = time.Now()
		if err := r.Stop(b.Context()); err != nil {
			b.Fatal(err)
		}
		stopping += time.Since(begun)
	}
	b.ReportMetric(float64(starting.Milliseconds())/float64(b.N), "ms/start")
	b.ReportMetric(float64(stopping.Milliseconds())/float64(b.N), "ms/stop")
}
