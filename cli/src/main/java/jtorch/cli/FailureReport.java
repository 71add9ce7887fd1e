package jtorch.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import jtorch.cli.train.CommandFailure;
import jtorch.memory.OutOfMemoryException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/// Says in one line what went wrong, where that is nothing of the program's own making; `--verbose` shows where.
/// Anything else is a bug, and its stack trace is what helps.
final class FailureReport implements IExecutionExceptionHandler {
  private static final int FAILED = 1;

  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult all) throws Exception {
    String message = switch (failure) {
      case FileSystemException e -> describe(e);
      case UncheckedIOException e when e.getCause() instanceof IOException cause -> cause.getMessage();
      case IOException e -> e.getMessage();
      case CommandFailure e -> e.getMessage();
      case IllegalArgumentException e -> e.getMessage();
      case UnsupportedOperationException e -> e.getMessage();
      case OutOfMemoryException e -> e.getMessage();
      default -> null;
    };
    if (message == null) throw failure;
    PrintWriter err = command.getErr();
    err.println(command.getCommandSpec().qualifiedName() + ": " + message);
    if (command.getParseResult().hasMatchedOption("--verbose")) failure.printStackTrace(err);
    err.flush();
    return FAILED;
  }

  /// Some of the platform's exceptions say no more than the file's name.
  private static String describe(FileSystemException failure) {
    if (failure.getReason() != null) return String.valueOf(failure.getMessage());
    String reason = switch (failure) {
      case NoSuchFileException _ -> "no such file or folder";
      case AccessDeniedException _ -> "no permission";
      case FileAlreadyExistsException _ -> "exists already";
      case NotDirectoryException _ -> "not a folder";
      default -> failure.getClass().getSimpleName();
    };
    return failure.getFile() + ": " + reason;
  }
}
