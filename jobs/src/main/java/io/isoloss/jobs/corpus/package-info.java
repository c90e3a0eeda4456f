/**
 * What models read: text and synthetic corpora, tokenizers, the split into training and validation, and the windows that
 * trials are fed. Uses Hadoop's file systems for addresses that are not local, and no other package of the project.
 */
package io.isoloss.jobs.corpus;
