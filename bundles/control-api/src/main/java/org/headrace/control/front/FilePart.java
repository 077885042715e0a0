package org.headrace.control.front;

/**
 * A piece of a file of the client, and what the file is like.
 *
 * @param data bytes; fewer than asked for at the end of the file
 * @param mode permissions, 0 to 07777
 * @param size size of the whole file, in bytes
 * @param modified when it was changed last, in epoch seconds
 * @param accessed when it was read last, in epoch seconds
 */
public record FilePart(byte[] data, int mode, long size, long modified, long accessed) {}
