"""Copying a deployment from one database into another, whatever their engines.

The source is kept still and read table by table; rows that the target lacks, or has otherwise, are written there a few
at a time, each few in one transaction. So a copy that was cut off goes on by reading what is there and writing what is
not. A mark in the target says that it holds a part alone, and no bot starts on it until every table's count and
checksum, read back from both sides, are the same.
"""
