package org.headrace.api.accounting;

/**
 * What a batch job was submitted with.
 *
 * @param jobId job id, or array id
 * @param submitted when, in epoch milliseconds
 * @param script the script, or empty where it isn't kept
 * @param environment variables as {@code NAME=value}, each ended by a zero byte; or empty where
 *     they aren't kept
 */
public record SubmittedFiles(long jobId, long submitted, byte[] script, byte[] environment) {}
