//! Tells cargo that the folders compiled into the binary are inputs: without this a new file in them goes unnoticed.

fn main() {
    for folder in ["kb", "intents", "rules", "demo"] {
        println!("cargo:rerun-if-changed={folder}");
    }
}
