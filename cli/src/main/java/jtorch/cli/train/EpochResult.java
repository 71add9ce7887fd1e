package jtorch.cli.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What came out of an epoch: a line of `metrics.csv`.
///
/// @param epoch from 1
/// @param trainLoss the mean over the epoch's samples, each taken when it was trained on
/// @param lr the learning rate of the epoch's last step
/// @param seconds how long the epoch took, the test included
record EpochResult(int epoch, double trainLoss, double trainAccuracy, double testLoss, double testAccuracy, double lr,
    double seconds) {
  static String csv(List<EpochResult> results) {
    var text = new StringBuilder("epoch,train_loss,train_accuracy,test_loss,test_accuracy,lr,seconds\n");
    for (EpochResult r : results) {
      text.append(r.epoch).append(',').append(r.trainLoss).append(',').append(r.trainAccuracy).append(',')
          .append(r.testLoss).append(',').append(r.testAccuracy).append(',').append(r.lr).append(',')
          .append(Math.round(r.seconds * 1000) / 1000.0).append('\n');
    }
    return text.toString();
  }

  Map<String, Object> toJson() {
    var json = new LinkedHashMap<String, Object>();
    json.put("epoch", epoch);
    json.put("train_loss", trainLoss);
    json.put("train_accuracy", trainAccuracy);
    json.put("test_loss", testLoss);
    json.put("test_accuracy", testAccuracy);
    json.put("lr", lr);
    json.put("seconds", seconds);
    return json;
  }

  static EpochResult fromJson(@Nullable Object json) {
    var fields = new Fields(json);
    return new EpochResult(fields.integer("epoch"), fields.number("train_loss"), fields.number("train_accuracy"),
        fields.number("test_loss"), fields.number("test_accuracy"), fields.number("lr"), fields.number("seconds"));
  }
}
