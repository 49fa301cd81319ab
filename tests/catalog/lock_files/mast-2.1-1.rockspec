package = "Mast"
version = "2.1-1"
source = { url = "file://x" }
description = { summary = "A mast", license = "MIT" }
dependencies = { "lua >= 5.1", "rope >= 1.0" }
build = { type = "builtin", modules = { mast = "mast.lua" } }
