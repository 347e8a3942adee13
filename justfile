# The everyday commands. `just` lists them; each is one line that also works without just.

_default:
    @just --list --unsorted

# Build and run the demo
demo:
    cargo run -- --demo

# Build everything, tests and benchmarks included
build:
    cargo build --all-targets

# Run the tests, or those whose names contain FILTER
test *FILTER:
    cargo test {{ FILTER }}

# Check formatting, clippy and rustdoc
lint:
    cargo fmt --all -- --check
    cargo clippy --locked --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps

# Accept the changed screens; look at the diff before you commit
snapshots:
    INSTA_UPDATE=always cargo test --test all screens
    git diff --stat tests/screens/snapshots

# Render the tables of the guides from the code, then check the guides
docs:
    UPDATE_DOCS=1 cargo test --test all documents::blocks
    cargo test --test all documents

# Build the guides as a book in target/book (needs mdbook)
book:
    mdbook build

# Measure the parts, then compare the program with others on the PATH
bench:
    cargo bench --bench speed
    cargo bench --bench beside

# Redraw the README's screenshot from the real screen
picture:
    cargo test --test all -- --ignored make_the_picture

# Run what CI runs: everything that must pass before a change is merged
ci:
    .ci/run
