"""The checks of ``fsck``: each module looks at one part of a store and gives the problems it finds."""
