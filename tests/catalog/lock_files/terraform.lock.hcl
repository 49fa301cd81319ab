# This file is maintained automatically by "terraform init".
# Manual edits may be lost in future updates.

provider "registry.quay.example/quay/rope" {
  version     = "1.4.2"
  constraints = "~> 1.4"
  hashes = [
    "h1:IAhjT6mUbM13vzpclAi6syiaRujYfdah/DSkTyubrAA=",
  ]
}

provider "tf.quay.example/fleet/mast" {
  version     = "0.1.0-beta2"
  constraints = "0.1.0-beta2"
  hashes = [
    "h1:Kc1Hn9IW0JnHaG5QvJncyIYrjK2PgghWf2VunW0Bg0I=",
  ]
}
