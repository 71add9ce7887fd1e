package jtorch.cli.train;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// Loss and accuracy by epoch, in training and in test.
final class Curves {
  private static final int WIDTH = 560;
  private static final int HEIGHT = 400;
  private static final int TITLE = 56;
  private static final int FEW = 40;

  private final List<EpochResult> results;

  Curves(List<EpochResult> results) {
    this.results = results;
  }

  BufferedImage draw(String title) {
    BufferedImage canvas = Pictures.canvas(2 * WIDTH, TITLE + HEIGHT);
    Graphics2D g = Pictures.brush(canvas);
    g.setColor(Pictures.INK);
    g.setFont(Pictures.font(Font.BOLD, 20));
    g.drawString(title, 28, 40);
    g.translate(0, TITLE);
    chart("Loss (cross entropy)", "0.###", EpochResult::trainLoss, EpochResult::testLoss, true).paint(g, WIDTH, HEIGHT);
    g.translate(WIDTH, 0);
    chart("Accuracy (%)", "0.##", r -> 100 * r.trainAccuracy(), r -> 100 * r.testAccuracy(), false)
        .paint(g, WIDTH, HEIGHT);
    g.dispose();
    return canvas;
  }

  private XYChart chart(String title, String pattern, ToDoubleFunction<EpochResult> train,
      ToDoubleFunction<EpochResult> test, boolean high) {
    var chart = new XYChart(WIDTH, HEIGHT);
    chart.setTitle(title);
    chart.setXAxisTitle("epoch");
    double[] epochs = results.stream().mapToDouble(EpochResult::epoch).toArray();
    Marker marker = results.size() > FEW ? SeriesMarkers.NONE : SeriesMarkers.CIRCLE;
    add(chart, "training", epochs, results.stream().mapToDouble(train).toArray(), Pictures.BLUE, marker);
    add(chart, "test", epochs, results.stream().mapToDouble(test).toArray(), Pictures.ORANGE, marker);
    var style = chart.getStyler();
    style.setChartBackgroundColor(Pictures.BACKGROUND).setChartFontColor(Pictures.INK).setChartPadding(20)
        .setChartTitleFont(Pictures.font(Font.BOLD, 15)).setLegendFont(Pictures.font(Font.PLAIN, 13))
        .setLegendPosition(high ? LegendPosition.InsideNE : LegendPosition.InsideSE)
        .setLegendLayout(LegendLayout.Vertical).setLegendBorderColor(Pictures.LINES)
        .setPlotBackgroundColor(Pictures.BACKGROUND).setPlotBorderColor(Pictures.LINES).setMarkerSize(6)
        .setAntiAlias(true);
    style.setAxisTitleFont(Pictures.font(Font.PLAIN, 13));
    style.setAxisTickLabelsFont(Pictures.font(Font.PLAIN, 12));
    style.setAxisTickLabelsColor(Pictures.FAINT);
    style.setAxisTickMarksColor(Pictures.LINES);
    style.setPlotGridLinesColor(Pictures.LINES);
    style.setPlotGridLinesStroke(new BasicStroke(1));
    style.setXAxisDecimalPattern("0");
    style.setYAxisDecimalPattern(pattern);
    style.setXAxisMin(results.size() == 1 ? 0.0 : 1.0);
    style.setXAxisMax(results.size() == 1 ? 2.0 : (double) results.size());
    if (high) style.setYAxisMin(0.0);
    else style.setYAxisMax(100.0);
    return chart;
  }

  private static void add(XYChart chart, String name, double[] x, double[] y, Color color, Marker marker) {
    var series = chart.addSeries(name, x, y);
    series.setMarker(marker).setMarkerColor(color);
    series.setLineColor(color).setLineStyle(SeriesLines.SOLID).setLineWidth(2.2f);
  }
}
