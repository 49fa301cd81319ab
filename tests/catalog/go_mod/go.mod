module example.org/fleet/harbour

go 1.22

require (
	github.com/pkg/errors v0.9.1
	golang.org/x/text v0.3.7 // indirect
	rsc.io/quote v1.5.2
)

require rsc.io/sampler v1.3.0 // indirect

replace golang.org/x/text => golang.org/x/text v0.14.0

replace (
	rsc.io/sampler v1.3.0 => ./sampler
	github.com/pkg/errors v0.8.0 => github.com/pkg/errors v0.8.1
)

exclude github.com/pkg/errors v0.9.0
retract v0.1.0 // bad
